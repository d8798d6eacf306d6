import { isToneCall } from '../media/call-names';
import { machineMs, sleep } from '../process/clock';
import type { OracleVerdict } from './oracle';
import { judgeTones } from './oracle';
import type { Stage } from './stage';

/** A tone's final comes within 3 s of it; the rest is for the store. */
const ORACLE_TAIL_MS = 6_000;
/** A worker with more calls than it can carry hears again what its sessions left unfinished. */
const LOG_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

export interface CallsVerdict {
  readonly oracle: OracleVerdict;
  /** What would be a loss, by its kind. */
  readonly losses: Readonly<Record<string, number>>;
  /** Sessions beyond a call's first: what was unfinished is sent again, nothing is lost by it. */
  readonly sessionsAgain: number;
  /** Calls that the worker had no room for: their audio waits in Kinesis Video. */
  readonly notTaken: number;
}

/** Whether everything that was spoken is there: every byte sent on, every tone in the log. */
export async function judgeCalls(
  { store, media }: Stage,
  calls: readonly { readonly index: number }[],
): Promise<CallsVerdict> {
  const standings = await media.ask.calls();
  const heardTo = ({ index }: { readonly index: number }) => standings.get(index)?.heardMs ?? 0;
  const tones = calls
    .filter(({ index }) => isToneCall(index))
    .map((call) => ({ index: call.index, toMs: heardTo(call) - ORACLE_TAIL_MS }));
  const oracle = await judgeInTime(store, tones);
  const { wrong, broken, again } = await media.ask.status();
  const { records } = await store.ask.closeWindow();
  const losses = {
    'frames of other audio': wrong,
    'broken sessions': broken,
    gaps: records.gap ?? 0,
    'failed calls': records.failed ?? 0,
    'symbols lost': oracle.lost,
    'symbols doubled': oracle.duplicated,
    'symbols shifted': oracle.shifted,
  };
  const notTaken = calls.filter((call) => heardTo(call) === 0).length;
  return { oracle, losses, sessionsAgain: again, notTaken };
}

/** What was heard is in the log a moment later, or when a worker that was held up has got to it. */
async function judgeInTime(
  store: Stage['store'],
  tones: readonly { readonly index: number; readonly toMs: number }[],
): Promise<OracleVerdict> {
  const lastMs = machineMs() + LOG_LIMIT_MS;
  for (;;) {
    const words = new Map(
      await Promise.all(
        tones.map(async ({ index }) => [index, await store.ask.heard(index)] as const),
      ),
    );
    const verdict = judgeTones(tones, words);
    if (verdict.lost === 0 || machineMs() > lastMs) return verdict;
    await sleep(LOOK_EVERY_MS);
  }
}
