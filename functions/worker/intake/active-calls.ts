import type { CallControl } from './call-control';
import type { HeldMessage } from './messages';

/** A call that this worker runs, from its claim to the deletion of its message. */
export interface ActiveCall {
  readonly callId: string;
  readonly message: HeldMessage;
  readonly control: CallControl;
}

/** The calls of this worker, and whether it has room for more. */
export class ActiveCalls {
  readonly #calls = new Map<string, ActiveCall>();
  #roomWanted: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#calls.size;
  }

  get room(): number {
    return Math.max(0, this.limit - this.#calls.size);
  }

  get(callId: string): ActiveCall | undefined {
    return this.#calls.get(callId);
  }

  all(): ActiveCall[] {
    return [...this.#calls.values()];
  }

  add(call: ActiveCall): void {
    this.#calls.set(call.callId, call);
  }

  remove(callId: string): void {
    this.#calls.delete(callId);
    this.wake();
  }

  /** Resolves when there is room or the signal aborts. */
  async hasRoom(signal: AbortSignal): Promise<void> {
    while (this.room === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
    }
  }

  wake(): void {
    const waiting = this.#roomWanted;
    this.#roomWanted = [];
    for (const resolve of waiting) resolve();
  }
}
