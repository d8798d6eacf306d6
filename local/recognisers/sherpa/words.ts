import type { DecodedWord } from '../speech/decoder';
import { DECODER_FRAMES_PER_SECOND } from '../speech/decoder';
import type { SherpaResult } from './decoder';

/** Tokens have a time but no length; a word's last one is taken to last this long at most. */
const LAST_TOKEN_FRAMES = 20;
/** How a token that begins a word is marked: SentencePiece's sign, or the blank it stands for. */
const WORD_START = /^[▁ ]/;

interface Token {
  readonly text: string;
  readonly frame: number;
  readonly logProbability: number | undefined;
}

/** Joins word pieces to words. Models that were trained on capitals only are put in lower case. */
export function wordsOfTokens(result: SherpaResult): DecodedWord[] {
  const groups: Token[][] = [];
  for (const [index, text] of result.tokens.entries()) {
    const seconds = result.timestamps[index] ?? 0;
    const frame = Math.round(seconds * DECODER_FRAMES_PER_SECOND);
    const token = { text, frame, logProbability: result.ys_probs?.[index] };
    const group = groups.at(-1);
    if (group && !WORD_START.test(text)) group.push(token);
    else groups.push([token]);
  }
  const isCapitals = !/\p{Ll}/u.test(result.tokens.join(''));
  return groups
    .map((tokens, index) => word(tokens, groups[index + 1]?.[0]?.frame ?? Infinity))
    .filter(({ text }) => text !== '')
    .map((each) => (isCapitals ? { ...each, text: each.text.toLowerCase() } : each));
}

function word(tokens: readonly Token[], nextFrame: number): DecodedWord {
  const startFrame = tokens[0]?.frame ?? 0;
  const lastFrame = tokens.at(-1)?.frame ?? startFrame;
  return {
    text: tokens
      .map(({ text }) => text.replace('▁', ' '))
      .join('')
      .trim(),
    startFrame,
    endFrame: Math.max(lastFrame + 1, Math.min(nextFrame, lastFrame + LAST_TOKEN_FRAMES)),
    confidence: confidenceOf(tokens),
  };
}

/** Geometric mean of the pieces' probabilities. */
function confidenceOf(tokens: readonly Token[]): number {
  const logs = tokens.flatMap(({ logProbability }) => logProbability ?? []);
  if (logs.length < tokens.length) return 0;
  return Math.min(1, Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length));
}
