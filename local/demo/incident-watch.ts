import type { CallRecord, Fact } from '../../shared/record';
import type { WorkerFleet } from '../system/worker-fleet';

/** What a call has survived, by its log and by what was done to its worker. */
export interface Incidents {
  /** Sessions that were replaced before the service's limit. */
  readonly rollovers: number;
  /** Sessions that failed or had nothing to say, and were heard again. */
  readonly sessionFailures: number;
  /** Workers that ended by SIGKILL. */
  readonly workerKills: number;
  /** From the kill until another worker's claim was in the log; null when there was none. */
  readonly resumedAfterMs: number | null;
}

export interface IncidentWatchOptions {
  /** Position in the call's audio at which its worker is killed; absent: it is left alone. */
  readonly killAtMs?: number;
  /** Absent: there are no worker processes to do anything to. */
  readonly fleet?: Pick<WorkerFleet, 'workers' | 'start'>;
  /** Told of each incident when it is seen, in one sentence. */
  readonly note: (sentence: string) => void;
  /** Epoch milliseconds. */
  readonly nowMs?: () => number;
}

/** Kills the worker of one call at its moment, and counts what the call's log says it survived. */
export class IncidentWatch {
  readonly #nowMs: () => number;
  #rollovers = 0;
  #sessionFailures = 0;
  #workerKills = 0;
  #writer: string | undefined;
  #killedAtMs: number | undefined;
  #resumedAtMs: number | undefined;
  #isBackedUp = false;

  constructor(private readonly options: IncidentWatchOptions) {
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** `playedMs` of the call's audio have been sent. */
  onPosition(playedMs: number): void {
    const { killAtMs, fleet } = this.options;
    if (killAtMs === undefined || playedMs < killAtMs || this.#killedAtMs !== undefined) return;
    // The fleet lists the oldest first: the only one there was when the call was claimed.
    const [holder] = fleet?.workers ?? [];
    if (holder === undefined || this.#writer === undefined) return;
    this.#killedAtMs = this.#nowMs();
    holder.signal('SIGKILL');
  }

  /** A worker that nobody had told to end has ended. */
  onLoss(how: string): void {
    if (how === 'SIGKILL') this.#workerKills += 1;
  }

  /** The call's records, each once and in order. */
  onRecord({ fact, writer, at }: CallRecord): void {
    if (fact.type === 'session') this.#takeSession(fact);
    if (fact.type !== 'claimed') return;
    if (this.#writer === undefined) this.#backUp();
    else if (writer !== this.#writer) this.#takeClaim(Date.parse(at));
    this.#writer = writer;
  }

  get incidents(): Incidents {
    return {
      rollovers: this.#rollovers,
      sessionFailures: this.#sessionFailures,
      workerKills: this.#workerKills,
      resumedAfterMs: this.outage === undefined ? null : this.outage.toMs - this.outage.fromMs,
    };
  }

  /** From the kill to the take-over, epoch milliseconds; undefined unless both have been. */
  get outage(): { readonly fromMs: number; readonly toMs: number } | undefined {
    const [fromMs, toMs] = [this.#killedAtMs, this.#resumedAtMs];
    return fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
  }

  #takeSession({ end, ordinal, code }: Extract<Fact, { type: 'session' }>): void {
    if (end === 'rollover') {
      this.#rollovers += 1;
      this.options.note(`session ${ordinal} rolled over into the next one before its limit`);
    }
    if (end === 'failed' || end === 'stalled') {
      this.#sessionFailures += 1;
      this.options.note(`session ${ordinal} failed (${code ?? end}): its audio is heard again`);
    }
  }

  /** Whoever is to take over must be there; only now is it known who holds the call. */
  #backUp(): void {
    if (this.options.killAtMs === undefined || this.#isBackedUp) return;
    this.#isBackedUp = true;
    this.options.fleet?.start();
  }

  #takeClaim(atMs: number): void {
    if (this.#killedAtMs === undefined || this.#resumedAtMs !== undefined) return;
    this.#resumedAtMs = atMs;
    const seconds = ((atMs - this.#killedAtMs) / 1000).toFixed(1);
    this.options.note(`worker killed, another has taken over after ${seconds} s`);
  }
}
