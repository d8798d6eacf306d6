import type { Guard } from '../../../shared/call';
import type { Clock, Ticker } from '../../../shared/clock';
import type { CallscribeError } from '../../../shared/errors';
import type { StartPosition } from '../kvs/start-position';
import type { ReaderStart } from './read-place';

/** What a reader of one stream is given. */
export interface ReaderOptions {
  /** Opens one GetMedia response, settles when the signal aborts; throws CallscribeError. */
  open(position: StartPosition, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  readonly start: ReaderStart;
  readonly guard?: Guard;
  readonly callId: string;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly random?: () => number;
  readonly signal: AbortSignal;
  onTrouble?(reason: CallscribeError): void;
  /** What is behind the live edge can wait, and asks before it reads on; undefined: go on. */
  turn?(): Promise<void> | undefined;
  /** How far a fragment that was read is behind the stream's newest one; 0 is the live edge. */
  onBehind?(ms: number): void;
}
