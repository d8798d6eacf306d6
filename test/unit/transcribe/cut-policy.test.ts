import type { AudioChunk } from '../../../functions/worker/audio/chunk-grid';
import { AudioWindow } from '../../../functions/worker/transcribe/audio-window';
import {
  CutPolicy,
  OVERLAP_MS,
  type Urgency,
} from '../../../functions/worker/transcribe/cut-policy';
import { CHUNK, chunkOf, RATE_HZ, SILENCE_PEAK, type Talk } from './coded-audio';

const LIMIT_MS = 100_000;
const policy = (limitMs = LIMIT_MS) => new CutPolicy(limitMs, RATE_HZ, SILENCE_PEAK);
const word = (from: number, to: number, faint = 0) => ({ from, to, faint });

/** First place at which the policy cuts audio that is silent where `isSilent` says so. */
function firstCut(isSilent: (at: number) => boolean, cuts = policy(), urgency: Urgency = 'none') {
  for (let at = 0; at < 2 * LIMIT_MS; at += CHUNK) {
    const talk: Talk = [[], isSilent(at) ? [] : [word(at, at + CHUNK)]];
    const cut = cuts.at(chunkOf(talk, at, at + CHUNK), 0, urgency);
    if (cut !== undefined) return cut;
  }
  return undefined;
}

describe('CutPolicy', () => {
  it('cuts in the first silent chunk of the last part of a session', () => {
    const cut = firstCut((at) => at === 1_000 || at === 70_000 || at === 80_000);

    expect(cut).toEqual({ at: 70_000 + CHUNK / 2, kind: 'silent' });
  });

  it('cuts through sound when no silence comes in time', () => {
    const cut = firstCut(() => false);

    expect(cut?.kind).toBe('through-sound');
    expect(cut?.at).toBeGreaterThan(0.85 * LIMIT_MS);
  });

  it.each([15_000, 20_000, 100_000, 14_400_000])(
    'leaves a session of %i ms room for a replay before and an overlap after',
    (limitMs) => {
      const cuts = policy(limitMs);
      const sound: Talk = [[word(0, 2 * CHUNK)]];
      const whole = chunkOf(sound, 0, CHUNK);
      let at = 0;
      while (cuts.at({ ...whole, startSample: at }, 0, 'none') === undefined) at += CHUNK;

      expect(at + 2 * OVERLAP_MS).toBeLessThan(limitMs);
    },
  );

  it('cuts at once when the session is overdue', () => {
    expect(firstCut(() => false, policy(), 'now')).toEqual({ at: 0, kind: 'through-sound' });
  });

  describe('quietPlace', () => {
    async function windowOf(talk: Talk, to: number, capacity = 20_000): Promise<AudioWindow> {
      const window = new AudioWindow(capacity);
      const signal = new AbortController().signal;
      for (let at = 0; at < to; at += CHUNK) {
        const chunk: AudioChunk = chunkOf(talk, at, Math.min(to, at + CHUNK));
        await window.push(chunk, signal);
      }
      return window;
    }

    it.each<[string, Talk, number]>([
      ['the end, where it is quiet', [[word(100, 700)]], 1_000],
      ['between the last two words', [[word(100, 850), word(900, 2_000)]], 875],
      ['in the chunk before', [[word(100, 650), word(700, 2_000)]], 675],
      ['where both channels pause', [[word(0, 640), word(700, 2_000)], [word(0, 680)]], 690],
      ['the begin, where nobody pauses', [[word(0, 2_000)]], 0],
      ['the begin, where they pause in turn', [[word(0, 500)], [word(490, 2_000)]], 0],
    ])('is %s', async (_where, talk, place) => {
      expect(policy().quietPlace(await windowOf(talk, 1_000), 0)).toBe(place);
    });

    it('is not before the interval begins', async () => {
      const window = await windowOf([[word(100, 450), word(500, 2_000)]], 1_000);

      expect(policy().quietPlace(window, 600)).toBe(600);
    });

    it('is the end when the interval has left the window', async () => {
      const window = await windowOf([[word(0, 9_000)]], 8_000, 2_000);

      expect(policy().quietPlace(window, 0)).toBe(8_000);
    });
  });
});
