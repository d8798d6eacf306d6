import { findOrigin } from '../../../functions/worker/audio/find-origin';
import { Source } from '../../../functions/worker/audio/source';
import type { ReaderBatch } from '../../../functions/worker/fragments/reader-batch';
import { AGENT, AGENT_TRACK, CALLER, RATE_HZ, START_MS, voice, type Step } from './voice';

/** A stream that has all of these at once, after so many turns of the event loop's microtasks. */
async function* atOnce(turns: number, steps: readonly Step[]): AsyncGenerator<ReaderBatch> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  for (const { events } of steps) yield { status: 'behind', idleMs: 0, events };
}

/** Time of the first block in the batch that waits to be placed. */
function waiting({ batch }: Source): number | undefined {
  const block = batch?.events.find((event) => event.type === 'block');
  return block?.type === 'block' ? block.timestampMs - START_MS : undefined;
}

describe('findOrigin', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'keeps the first audio of streams that deliver at once, one of them %i turns later',
    async (turns) => {
      const whole = { toMs: 3_000, wholeFragments: true };
      const left = voice({ seed: 1, fromMs: 0, ...whole });
      const right = voice({ seed: 2, fromMs: 500, track: AGENT_TRACK, ...whole });
      const sources = [
        new Source({ batches: atOnce(4, left), legs: [{ leg: CALLER }] }),
        new Source({ batches: atOnce(turns, right), legs: [{ leg: AGENT }] }),
      ];

      const origin = await findOrigin(sources, {
        control: { endTimeMs: null },
        holdMs: 30_000,
        idleLimitMs: 60_000,
        maxDurationMs: 86_400_000,
      });

      expect(origin).toEqual({ startTimeMs: START_MS, sampleRateHz: RATE_HZ });
      expect(sources.map(waiting)).toEqual([0, 500]);
    },
  );
});
