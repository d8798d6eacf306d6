import type { CallControl } from './call-control';
import type { HeldMessage } from './messages';

/** A message that this worker holds, from its delivery until it is done with. */
export interface ActiveCall {
  readonly callId: string | undefined;
  readonly message: HeldMessage;
  /** There while the call runs here. */
  control: CallControl | undefined;
  /** The call runs elsewhere, and its message is watched over here: that takes no room. */
  standsBy: boolean;
}

/** The messages that this worker holds, and whether it has room for more. */
export class ActiveCalls {
  readonly #calls = new Map<string, ActiveCall>();
  #roomWanted: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  /** Calls that take room. */
  get size(): number {
    let size = 0;
    for (const call of this.#calls.values()) if (!call.standsBy) size += 1;
    return size;
  }

  get standingBy(): number {
    return this.#calls.size - this.size;
  }

  get room(): number {
    return Math.max(0, this.limit - this.size);
  }

  get(messageId: string): ActiveCall | undefined {
    return this.#calls.get(messageId);
  }

  /** The call of this id that runs here. */
  running(callId: string): ActiveCall | undefined {
    return this.all().find((call) => call.callId === callId && call.control !== undefined);
  }

  all(): ActiveCall[] {
    return [...this.#calls.values()];
  }

  add(call: ActiveCall): void {
    this.#calls.set(call.message.messageId, call);
  }

  remove(messageId: string): void {
    this.#calls.delete(messageId);
    this.wake();
  }

  /** Notes whether a call only stands by. */
  standBy(call: ActiveCall, standsBy: boolean): void {
    call.standsBy = standsBy;
    if (standsBy) this.wake();
  }

  /** Resolves when there is room or the signal aborts. */
  async hasRoom(signal: AbortSignal): Promise<void> {
    const wake = () => this.wake();
    signal.addEventListener('abort', wake, { once: true });
    while (this.room === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
    }
    signal.removeEventListener('abort', wake);
  }

  wake(): void {
    const waiting = this.#roomWanted;
    this.#roomWanted = [];
    for (const resolve of waiting) resolve();
  }
}
