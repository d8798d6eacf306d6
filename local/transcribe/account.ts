import type { CallConfiguration } from './call-configuration';
import { MIN_BILLED_SECONDS } from './limits';
import type { Operation } from './operations';

/** The list of sessions keeps this many; older ones are forgotten, the counters are not. */
const MAX_RECORDS = 10_000;

/** What is known of one session. Holds nothing of what was said in it. */
export interface SessionRecord {
  readonly sessionId: string;
  readonly requestId: string;
  readonly openedAtMs: number;
  readonly sampleRateHz: number;
  readonly channelCount: number;
  readonly operation: Operation;
  /** The request's members as they came, `x-amzn-transcribe-…` to value. */
  readonly headers: Readonly<Record<string, string>>;
  /** The ConfigurationEvent of a Call Analytics stream, once it came. */
  configuration?: CallConfiguration;
  audioMs: number;
  audioBytes: number;
  /** Kinds of the faults that struck it. */
  readonly faults: string[];
  /**
   * Absent while it runs; `complete` after a proper end, else the exception's name, the fault's
   * kind, `client-gone` or `closed`.
   */
  endedBy?: string;
}

export interface TranscribeCounters {
  readonly opened: number;
  readonly active: number;
  /** Requests answered with an error before the stream. */
  readonly refused: number;
  readonly audioBytes: number;
  /** Rounded up to a second, 15 at least for each session that ended. */
  readonly billedSeconds: number;
}

/** Counts and lists the sessions of one stand-in. */
export class Account {
  #records: SessionRecord[] = [];
  #opened = 0;
  #active = 0;
  #refused = 0;
  #endedBytes = 0;
  #endedBilledSeconds = 0;
  readonly #running = new Set<SessionRecord>();

  open(record: SessionRecord): void {
    this.#opened += 1;
    this.#active += 1;
    this.#running.add(record);
    this.#records.push(record);
    if (this.#records.length > MAX_RECORDS) this.#records.shift();
  }

  close(record: SessionRecord, endedBy: string): void {
    if (!this.#running.delete(record)) return;
    record.endedBy = endedBy;
    this.#active -= 1;
    this.#endedBytes += record.audioBytes;
    this.#endedBilledSeconds += Math.max(MIN_BILLED_SECONDS, Math.ceil(record.audioMs / 1000));
  }

  refuse(): void {
    this.#refused += 1;
  }

  get active(): number {
    return this.#active;
  }

  counters(): TranscribeCounters {
    let audioBytes = this.#endedBytes;
    let billedSeconds = this.#endedBilledSeconds;
    for (const record of this.#running) {
      audioBytes += record.audioBytes;
      billedSeconds += Math.ceil(record.audioMs / 1000);
    }
    const { opened, active, refused } = {
      opened: this.#opened,
      active: this.#active,
      refused: this.#refused,
    };
    return { opened, active, refused, audioBytes, billedSeconds };
  }

  /** Oldest first; copies. */
  sessions(): SessionRecord[] {
    return this.#records.map((record) => ({ ...record, faults: [...record.faults] }));
  }
}
