import fc from 'fast-check';

import { seededRandom } from '../../support/seeded-random';
import { CHUNK, randomTalk, type Talk } from './coded-audio';
import type { SessionPlan } from './fake-service';
import { hearCall } from './heard-call';
import { complaints, expectExact } from './talks';

jest.setTimeout(60_000);

const RUNS = 25;
const LENGTH_MS = 50_000;
/** To write one update down, at most. */
const SLOWER_MS = 600;

const delayMs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 8_000 }) },
);

/** How one session breaks, or does not. */
const trouble: fc.Arbitrary<SessionPlan> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<SessionPlan>({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<SessionPlan>(
      { refusal: 'session-failed' },
      { refusal: 'quota-exceeded' },
      { failAtFlush: true },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 20_000 }).map((failAfterMs) => ({ failAfterMs })),
  },
);

const plan = fc
  .record({
    acceptAfterMs: delayMs,
    resultsAfterMs: delayMs,
    hearingSpeed: fc.constantFrom(Infinity, Infinity, 4, 1),
    trouble,
  })
  .map(({ trouble: how, ...delays }): SessionPlan => ({ ...delays, ...how }));

const call = fc.record({
  seed: fc.nat(),
  channels: fc.constantFrom(1, 2),
  /** Whether there are silent places to cut at. */
  isBreathless: fc.boolean(),
  plans: fc.array(plan, { maxLength: 12 }),
  sessionLimitMs: fc.constantFrom(20_000, 30_000, 4 * 3_600_000),
  suspendAfterMs: fc.constantFrom(null, 2_000, 5_000),
  speed: fc.constantFrom(1, 8, Infinity),
  maxLeadMs: fc.constantFrom(5_000, 240_000),
  catchUpSessions: fc.constantFrom(1, 2, 3),
  writesMs: fc.constantFrom(0, 20, SLOWER_MS),
  waits: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: LENGTH_MS }),
      forMs: fc.integer({ min: 100, max: 14_000 }),
      isHole: fc.constant(false),
    }),
    { maxLength: 2 },
  ),
  /** Audio that does not exist, for so long that the timeline pauses. */
  hole: fc.option(
    fc.record({
      at: fc.integer({ min: 0, max: LENGTH_MS / CHUNK }).map((index) => index * CHUNK),
      forMs: fc.constantFrom(10_000, 14_000),
      isHole: fc.constant(true),
    }),
  ),
});

function withoutHole(talk: Talk, hole: { readonly at: number; readonly forMs: number } | null) {
  if (hole === null) return talk;
  const [from, to] = [hole.at + CHUNK, hole.at + CHUNK + hole.forMs];
  return talk.map((words) => words.filter((word) => word.to <= from || word.from >= to));
}

describe('transcribeAudio', () => {
  it('logs each word once and in order, whatever becomes of its sessions', async () => {
    await fc.assert(
      fc.asyncProperty(
        call,
        async ({ seed, channels, isBreathless, plans, writesMs, waits, hole, ...rest }) => {
          const random = seededRandom(seed);
          const whole = randomTalk(
            {
              channels,
              lengthMs: LENGTH_MS,
              longPauses: isBreathless ? 0 : 0.4,
              ...(isBreathless ? { maxGapMs: 60 } : {}),
            },
            random,
          );
          const talk = withoutHole(whole, hole);

          const heard = await hearCall({
            talk,
            lengthMs: LENGTH_MS,
            plan: (index) => plans[index] ?? {},
            writeMs: () => Math.floor(random() * writesMs),
            breaks: [...(hole === null ? [] : [hole]), ...waits],
            ...rest,
          });

          expectExact(heard, talk);
          // A store that is slower than the talk holds the audio back, beyond any patience.
          if (writesMs < SLOWER_MS) expect(complaints(heard)).toEqual([]);
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? RUNS) },
    );
  });
});
