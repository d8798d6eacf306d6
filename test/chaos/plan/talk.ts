import { randomSymbols } from '../../../local/dtmf/dtmf';
import type { TrueSymbol } from '../../../local/dtmf/dtmf';
import type { Stretch } from './call-plan';
import { between } from './random';

/** 50 ms of tone, 50 ms of pause: the shortest that the issue asks for. */
export const TONE_MS = 50;
export const PITCH_MS = 100;
/** Symbols end so long before the call does, so that none is cut by its end. */
const TAIL_MS = 150;

export interface TalkOptions {
  readonly fromMs: number;
  readonly toMs: number;
  /** `continuous`: no pause longer than between two symbols. */
  readonly manner: 'continuous' | 'phrases';
  /** Nothing is said in these. */
  readonly quiet: readonly Stretch[];
}

/** Random symbols at random times of one channel, in order, none overlapping another. */
export function drawTalk(random: () => number, options: TalkOptions): TrueSymbol[] {
  const { toMs, manner, quiet } = options;
  const said: TrueSymbol[] = [];
  let position = options.fromMs + (manner === 'continuous' ? 0 : between(random, 0, 900));
  while (position + PITCH_MS <= toMs - TAIL_MS) {
    const length = manner === 'continuous' ? 50 : between(random, 3, 40);
    for (const symbol of randomSymbols(length, random)) {
      position = afterQuiet(position, quiet);
      if (position + PITCH_MS > toMs - TAIL_MS) break;
      said.push({ symbol, startMs: position, endMs: position + TONE_MS });
      position += PITCH_MS;
    }
    if (manner === 'phrases') position += between(random, 250, 2_200);
  }
  return said;
}

/** The first position from `position` on where a symbol touches no quiet stretch. */
function afterQuiet(position: number, quiet: readonly Stretch[]): number {
  for (const { fromMs, toMs } of quiet) {
    if (position + TONE_MS > fromMs && position < toMs) return toMs;
  }
  return position;
}
