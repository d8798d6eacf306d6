import { createTones, LOOP_SECONDS } from '../media/audio';
import { isToneCall } from '../media/call-names';
import type { HeardSymbol } from '../stand-ins/store-role';
import { judgeWords } from '../../chaos/judge/judge-words';
import { SequenceIndex } from '../../chaos/judge/sequence-index';

export interface OracleVerdict {
  readonly judged: number;
  readonly symbols: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly shifted: number;
}

/**
 * Compares what the logs of the calls of tones say with what was sent: every symbol that ended
 * before `toMs` of its call has to be there once, at its time. `heardOf` gives both channels.
 */
export function judgeTones(
  calls: readonly { readonly index: number; readonly toMs: number }[],
  heardOf: ReadonlyMap<number, readonly (readonly HeardSymbol[])[]>,
): OracleVerdict {
  const { truth } = createTones();
  const verdict = { judged: 0, symbols: 0, lost: 0, duplicated: 0, shifted: 0 };
  for (const { index, toMs } of calls.filter((call) => isToneCall(call.index))) {
    verdict.judged += 1;
    truth.forEach((loop, channel) => {
      const heard = heardOf.get(index)?.[channel] ?? [];
      const lastMs = Math.max(toMs, ...heard.map(({ startMs }) => startMs + 1));
      const expected = repeated(loop, lastMs).map((symbol) => ({
        ...symbol,
        certain: symbol.endMs <= toMs,
      }));
      const words = judgeWords(String(index), expected, heard, new SequenceIndex());
      verdict.symbols += expected.filter(({ certain }) => certain).length;
      verdict.lost += words.lost;
      verdict.duplicated += words.duplicated;
      verdict.shifted += words.shifted;
    });
  }
  return verdict;
}

interface Timed {
  readonly symbol: string;
  readonly startMs: number;
  readonly endMs: number;
}

function repeated(loop: readonly Timed[], toMs: number): Timed[] {
  const all: Timed[] = [];
  for (let fromMs = 0; fromMs < toMs; fromMs += LOOP_SECONDS * 1000) {
    for (const { symbol, startMs, endMs } of loop) {
      if (fromMs + startMs < toMs) {
        all.push({ symbol, startMs: fromMs + startMs, endMs: fromMs + endMs });
      }
    }
  }
  return all;
}
