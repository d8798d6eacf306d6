import { AudioFeed } from '../../../functions/transcribe/audio-feed';
import type { TranscribeEvent } from '../../../functions/transcribe/events';
import { hear } from '../../../functions/transcribe/hear';
import { Ticker } from '../../../shared/clock';
import { seededRandom } from '../../support/seeded-random';
import { VirtualClock } from '../../support/virtual-clock';
import { chunkOf, randomTalk, RATE_HZ, SILENCE_PEAK, type Talk } from '../transcribe/coded-audio';
import { FakeService, type SessionPlan } from '../transcribe/fake-service';
import { wordsOf } from '../transcribe/heard-call';

const LENGTH_MS = 120_000;
const SILENCE_DBFS = 20 * Math.log10(SILENCE_PEAK / 32_768);

interface Heard {
  readonly words: readonly (readonly string[])[];
  readonly events: readonly TranscribeEvent[];
  readonly service: FakeService;
  /** How often the sessions began anew from the feed's backlog. */
  readonly restarts: number;
}

/** Coded audio through the library's sessions, in pieces of odd sizes, in virtual time. */
async function hearTalk(
  talk: Talk,
  plan: (index: number) => SessionPlan,
  random: () => number,
  isLive: boolean,
): Promise<Heard> {
  const clock = new VirtualClock();
  const service = new FakeService({ talk, clock, plan });
  const format = { sampleRateHz: RATE_HZ, channels: 2, encoding: 'pcm' } as const;
  const feed = new AudioFeed(inPieces(talk, random), { format, chunkMs: 100, pace: isLive, clock });
  const items = jest.spyOn(feed, 'items');
  const events: TranscribeEvent[] = [];
  const work = (async () => {
    const heard = hear({
      feed,
      settings: { sampleRateHz: RATE_HZ, channelCount: 2, language: 'en-US', options: {} },
      openSession: service.open,
      clock,
      ticker: new Ticker(500, clock),
      random,
      signal: new AbortController().signal,
      startTimeMs: 0,
      idleEndMs: 10_000,
      sessionLimitMs: 4 * 3_600_000,
      maxLeadMs: 30_000,
      silenceDbfs: SILENCE_DBFS,
      suspendAfterMs: null,
      credentialsDeadlineMs: () => null,
    });
    for await (const event of heard) events.push(event);
  })();
  await clock.drive(work, 24 * 3_600_000);
  const words = ['caller', 'agent'].map((channel) =>
    events.flatMap((event) =>
      event.type === 'final' && event.channel === channel
        ? event.words.map(({ text, endMs }) => `${text}-${endMs}`)
        : [],
    ),
  );
  return { words, events, service, restarts: items.mock.calls.length - 1 };
}

async function* inPieces(talk: Talk, random: () => number): AsyncGenerator<Uint8Array> {
  const { bytes } = chunkOf(talk, 0, LENGTH_MS);
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(random() * 5_000);
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

function randomPlan(random: () => number): (index: number) => SessionPlan {
  const plans = new Map<number, SessionPlan>();
  return (index) => {
    const known = plans.get(index);
    if (known !== undefined) return known;
    const kind = random();
    const resultsAfterMs = random() * 3_000;
    const plan: SessionPlan =
      kind < 0.25
        ? { refusal: 'session-failed' }
        : kind < 0.9
          ? { failAfterMs: random() * 20_000, resultsAfterMs }
          : { failAtFlush: true, resultsAfterMs };
    // A service that never gets well is another test's.
    plans.set(index, index < 25 ? plan : { resultsAfterMs });
    return plans.get(index) ?? {};
  };
}

describe('the sessions of the library', () => {
  it.each([1, 2, 3])('hear each word of a file once, whatever fails (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const talk = randomTalk({ channels: 2, lengthMs: LENGTH_MS, longPauses: 0.3 }, random);

    const { words, events, service } = await hearTalk(talk, randomPlan(random), random, false);

    expect(words).toEqual(wordsOf(talk));
    expect(service.sessions.length).toBeGreaterThan(3);
    expect(events.at(-1)).toMatchObject({ type: 'end', gaps: 0, endMs: LENGTH_MS });
  });

  it.each([4, 5])('hear each word of live audio once, whatever fails (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const talk = randomTalk({ channels: 2, lengthMs: LENGTH_MS, longPauses: 0.3 }, random);

    const { words, service } = await hearTalk(talk, randomPlan(random), random, true);

    expect(words).toEqual(wordsOf(talk));
    expect(service.openNow).toBe(0);
  });

  it('begin anew from what was kept when their own window has left the audio', async () => {
    const random = seededRandom(6);
    const talk = randomTalk({ channels: 2, lengthMs: LENGTH_MS, longPauses: 0 }, random);
    // Nothing is heard of more audio than the window holds, and then the session breaks.
    const plan = (index: number): SessionPlan =>
      index === 0 ? { failAfterMs: 60_000, resultsAfterMs: 200_000 } : {};

    const { words, restarts } = await hearTalk(talk, plan, random, false);

    expect(restarts).toBeGreaterThan(0);
    expect(words).toEqual(wordsOf(talk));
  });
});
