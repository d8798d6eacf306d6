import type { CallRecord, Fact } from '../../../shared/record';
import { START_MS, goldenCall, type GoldenCall } from '../../story/fake-edges';
import type { World } from './worker-harness';

const SECONDS = 8;
/** Where a call ends that is as long as most are. */
export const END_MS = START_MS + SECONDS * 1000;

/** A call of one party that says a word every 800 ms, each a segment of its own; in the stream. */
export function addCall(world: World, callId: string, seconds = SECONDS): GoldenCall {
  const words = Array.from({ length: (seconds * 1000) / 800 }, (_, i) => ({
    word: i + 1,
    startSample: i * 6_400 + 400,
    endSample: i * 6_400 + 1_200,
  }));
  const made = goldenCall(callId, seconds, { caller: words });
  world.calls.set(callId, made);
  return made;
}

/** The call `c` with the worker that has taken it, once its log has so many facts of a type. */
export async function runningCall(
  world: World,
  { workerId = 'w-1', type = 'segment', count = 1 }: RunningCallOptions = {},
) {
  const { request } = addCall(world, 'c');
  await world.request(request);
  const worker = world.startWorker(workerId);
  const [received] = await worker.poll();
  await world.until('c', type, count);
  return { request, worker, received: received! };
}

interface RunningCallOptions {
  readonly workerId?: string;
  readonly type?: Fact['type'];
  readonly count?: number;
}

export const wordsOf = (records: readonly CallRecord[]) =>
  records.flatMap(({ fact }) =>
    fact.type === 'segment' ? fact.words.map(({ text }) => text) : [],
  );
export const typesOf = (records: readonly CallRecord[]) => records.map(({ fact }) => fact.type);
export const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1));
