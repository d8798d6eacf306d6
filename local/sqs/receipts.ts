/** Receipts beyond this number are forgotten, oldest first: their deletes are not journalled. */
const MAX_RECEIPTS = 100_000;

/**
 * Which message a receipt handle stands for, and the ids under which messages of an earlier run
 * go on: the emulator gives a message that is put back after a restart a new id, but to its
 * consumers it is the same message.
 */
export class Receipts {
  readonly #messageIds = new Map<string, string>();
  /** Id in the emulator to first id; as many entries as messages outlived a restart. */
  readonly #aliases = new Map<string, string>();

  alias(emulatorId: string, firstId: string): void {
    this.#aliases.set(emulatorId, firstId);
  }

  firstId(emulatorId: string): string {
    return this.#aliases.get(emulatorId) ?? emulatorId;
  }

  received(receiptHandle: string, messageId: string): void {
    this.#messageIds.set(receiptHandle, messageId);
    if (this.#messageIds.size <= MAX_RECEIPTS) return;
    const oldest = this.#messageIds.keys().next();
    if (!oldest.done) this.#messageIds.delete(oldest.value);
  }

  /** The message that a receipt was for; the receipt is forgotten. */
  take(receiptHandle: string): string | undefined {
    const messageId = this.#messageIds.get(receiptHandle);
    this.#messageIds.delete(receiptHandle);
    return messageId;
  }
}
