import type { Channel } from '../../shared/call';
import { randomSymbols, renderDtmf, seededRandom } from '../dtmf/dtmf';
import type { DemoCall, DemoTurn } from './demo-call';
import { CALL_RATE_HZ } from './voices';

const TURNS = 20;
const SYMBOLS_OF_A_TURN = 8;
const TONE_MS = 80;
/** Longer than the 400 ms that end an utterance. */
const BREAK_MS = 600;
const AMPLITUDE_DBFS = -9;

/** The demo without voices: both sides take turns in dialling random DTMF symbols, for some 40 s. */
export function composeTonesCall(seed: number): DemoCall {
  const random = seededRandom(seed);
  const turnMs = SYMBOLS_OF_A_TURN * 2 * TONE_MS + BREAK_MS;
  const length = toSamples(BREAK_MS + TURNS * turnMs);
  const sides = { caller: new Int16Array(length), agent: new Int16Array(length) };
  const turns = Array.from({ length: TURNS }, (_, index): DemoTurn => {
    const channel: Channel = index % 2 === 0 ? 'agent' : 'caller';
    const symbols = randomSymbols(SYMBOLS_OF_A_TURN, random);
    const { samples } = renderDtmf({
      symbols,
      toneMs: TONE_MS,
      pauseMs: TONE_MS,
      sampleRateHz: CALL_RATE_HZ,
      amplitudeDbfs: AMPLITUDE_DBFS,
    });
    const startSample = toSamples(BREAK_MS + index * turnMs);
    sides[channel].set(samples, startSample);
    const endSample = startSample + samples.length;
    return { channel, text: [...symbols].join(' '), startSample, endSample };
  });
  const said = (channel: Channel): string =>
    turns.flatMap((turn) => (turn.channel === channel ? turn.text : [])).join(' ');
  return {
    sampleRateHz: CALL_RATE_HZ,
    ...sides,
    reference: { caller: said('caller'), agent: said('agent') },
    turns,
  };
}

function toSamples(ms: number): number {
  return Math.round((ms * CALL_RATE_HZ) / 1000);
}
