import { isTerminal, type CallRecord, type Fact } from '../../../shared/record';
import type { CallLogReader } from './call-log';

/** How a call ended. */
export type CallEnd = Extract<Fact, { type: 'completed' | 'failed' }>;

/** Follows a call's log by reading on where it stopped; holds counts, not records. */
export class CallWatch {
  segments = 0;
  gaps = 0;
  /** `seq` of the last record read. */
  lastSeq = 0;
  /** Set while the log's last word is that the call is over. */
  end: CallEnd | undefined;

  constructor(private readonly log: Pick<CallLogReader, 'pages'>) {}

  /** Reads what is new; true when there was something. */
  async poll(onRecord?: (record: CallRecord) => void): Promise<boolean> {
    const before = this.lastSeq;
    for await (const page of this.log.pages(this.lastSeq)) {
      for (const record of page) {
        this.#take(record);
        onRecord?.(record);
      }
    }
    return this.lastSeq > before;
  }

  #take({ seq, fact }: CallRecord): void {
    this.lastSeq = seq;
    if (fact.type === 'segment') this.segments += 1;
    if (fact.type === 'gap') this.gaps += 1;
    if (isTerminal(fact.type)) this.end = fact as CallEnd;
    // Whoever takes a finished call over only republishes; audio again comes after this.
    if (fact.type === 'reopened') this.end = undefined;
  }
}
