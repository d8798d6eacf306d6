import { seededRandom } from '../../support/seeded-random';
import { randomTalk, type Talk } from './coded-audio';
import { wordsOf, type HeardCall } from './heard-call';

/** Random talk, with long pauses unless a longest gap is given. */
export function talkOf(seed: number, lengthMs: number, channels = 2, maxGapMs?: number): Talk {
  const options = { channels, lengthMs, longPauses: maxGapMs === undefined ? 0.3 : 0, maxGapMs };
  return randomTalk(options, seededRandom(seed));
}

/** Each word is in the log once, and nothing is left open or passed over. */
export function expectExact(heard: HeardCall, talk: Talk): void {
  expect(heard.words).toEqual(wordsOf(talk));
  expect(heard.passed).toEqual([]);
  expect(heard.service.sessions.flatMap(({ nonsense }) => nonsense)).toEqual([]);
  expect(heard.service.openNow).toBe(0);
}

export const gapsOf = ({ updates }: HeardCall) =>
  updates.flatMap((update) => (update.type === 'gap' ? [update.gap] : []));

export const complaints = ({ service }: HeardCall) =>
  service.sessions.flatMap(({ complaint }) => complaint ?? []);
