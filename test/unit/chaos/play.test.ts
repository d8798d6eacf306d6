import { createTonesEngine } from '../../../local/recognisers/tones';
import { fragmentsOf } from '../../chaos/play/fragments';
import { StreamPlayer } from '../../chaos/play/stream-player';
import { SAMPLE_RATE_HZ, Voice } from '../../chaos/play/voice';
import type { CallPlan } from '../../chaos/plan/call-plan';
import { Planner } from '../../chaos/plan/planner';
import type { LocalProducer } from '../../../local/kinesis-video/local-producer';

const PLAN: CallPlan = new Planner({
  seed: 3,
  kinds: [],
  size: { minMs: 20_000, maxMs: 20_000, speeds: [2] },
  concentrated: false,
}).nextCall();

describe('Voice', () => {
  it('gives the same audio however it is asked, and the recogniser hears the truth', async () => {
    const { symbols } = PLAN.channels[0] as CallPlan['channels'][number];
    const talk = { symbols, amplitudeDbfs: -50 };
    const whole = new Voice(talk).between(0, PLAN.durationMs);
    const voice = new Voice(talk);
    const parts: Uint8Array[] = [];
    for (let ms = 0; ms < PLAN.durationMs; ms += 37) {
      parts.push(voice.between(ms, Math.min(ms + 37, PLAN.durationMs)));
    }
    expect(Buffer.concat(parts).equals(Buffer.from(whole))).toBe(true);
    const words: string[] = [];
    const recogniser = await createTonesEngine().open({
      sampleRateHz: SAMPLE_RATE_HZ,
      languageCode: 'en-US',
      onRecognition: ({ kind, words: heard }) => {
        if (kind === 'final') words.push(...heard.map(({ text }) => text));
      },
    });
    await recogniser.push(new Int16Array(whole.buffer));
    await recogniser.finish();
    expect(words).toEqual(symbols.map(({ symbol }) => symbol));
  });
});

describe('fragmentsOf', () => {
  const plan = { ...PLAN, durationMs: 10_000, fragmentMs: 1_000 };

  it('follow one another without holes', () => {
    const fragments = fragmentsOf(plan, 137);
    expect(fragments[0]?.startMs).toBe(137);
    expect(fragments.at(-1)?.endMs).toBe(10_000);
    fragments.slice(1).forEach((fragment, index) => {
      expect(fragment.startMs).toBe(fragments[index]?.endMs);
    });
  });

  it('leave out exactly what lies in a break', () => {
    const fragments = fragmentsOf({ ...plan, breaks: [{ fromMs: 2_300, toMs: 5_100 }] }, 0);
    const ends = fragments.map(({ endMs }) => endMs);
    expect(ends).toContain(2_300);
    expect(fragments.find(({ startMs }) => startMs >= 2_300)?.startMs).toBe(5_100);
  });

  it('bear earlier times once the clock has jumped back', () => {
    const fragments = fragmentsOf({ ...plan, clockJump: { atMs: 4_500, backMs: 700 } }, 0);
    for (const { startMs, clockBackMs } of fragments) {
      expect(clockBackMs).toBe(startMs >= 4_500 ? 700 : 0);
    }
    expect(fragments.map(({ endMs }) => endMs)).toContain(4_500);
  });
});

describe('StreamPlayer', () => {
  it('writes what is due and no more, each fragment under its producer time', () => {
    const written: string[] = [];
    const producer = {
      begin: (timeMs: number) => written.push(`begin ${timeMs}`),
      write: (blocks: readonly unknown[]) => written.push(`write ${blocks.length}`),
      end: () => void written.push('end'),
    } as unknown as LocalProducer;
    const fragments = fragmentsOf({ ...PLAN, durationMs: 256, fragmentMs: 128 }, 0);
    const voice = new Voice({ symbols: [], amplitudeDbfs: -10 });
    const tracks = [
      { number: 1, voice, startMs: 0 },
      { number: 2, voice, startMs: 64 },
    ];
    const player = new StreamPlayer({
      producer,
      tracks,
      fragments,
      startTimeMs: 1_000_000,
      tagsAfter: [],
    });
    player.playTo(70);
    expect(written).toEqual(['begin 1000000', 'write 1']);
    player.playTo(256);
    expect(written.slice(2)).toEqual([
      'write 2',
      'end',
      'begin 1000128',
      'write 2',
      'write 2',
      'end',
    ]);
    expect(player.done).toBe(true);
  });
});
