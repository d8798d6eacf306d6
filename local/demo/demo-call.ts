import type { Channel } from '../../shared/call';
import { seededRandom } from '../dtmf/dtmf';
import { AGENT_PROMPTS, CALLER_SENTENCES } from './sentences';
import type { Voices } from './voices';
import { CALL_RATE_HZ, debianVoices } from './voices';

/** No turn begins after this, so that a call lasts about 40 s. */
const LAST_TURN_START_SECONDS = 37;
const LEAD_IN_SECONDS = 0.6;
/** Long enough for the last final to come by its pause and not by the end of the call. */
const LEAD_OUT_SECONDS = 1;

const PAUSE_SECONDS = { least: 0.5, most: 1.1 };
/** Now and then somebody does not wait for the other to finish. */
const OVERLAP_CHANCE = 0.15;
const OVERLAP_SECONDS = { least: 0.2, most: 0.5 };

/** Speech peaks at about -6 dBFS on both sides, whatever the source's level is. */
const PEAK = 16_000;
/** Below this amplitude the silence around a recording is cut off; the pauses are ours. */
const SILENCE_AMPLITUDE = 200;

export interface DemoTurn {
  readonly channel: Channel;
  readonly text: string;
  readonly startSample: number;
  readonly endSample: number;
}

export interface DemoCall {
  readonly sampleRateHz: typeof CALL_RATE_HZ;
  /** Both sides have the same length. */
  readonly caller: Int16Array;
  readonly agent: Int16Array;
  /** Everything said on each side, in order. */
  readonly reference: Readonly<Record<Channel, string>>;
  readonly turns: readonly DemoTurn[];
}

/**
 * A conversation of about 40 s in which agent and caller take turns; the same seed gives the same
 * call. Rejects as the voices do.
 */
export async function composeDemoCall(
  seed: number,
  voices: Voices = debianVoices,
): Promise<DemoCall> {
  const random = seededRandom(seed);
  const prompts = shuffled(AGENT_PROMPTS, random);
  const sentences = shuffled(CALLER_SENTENCES, random);
  const turns: SpokenTurn[] = [];

  let at = toSamples(LEAD_IN_SECONDS);
  while (at < toSamples(LAST_TURN_START_SECONDS)) {
    const prompt = prompts[turns.length >> 1];
    const sentence = sentences[turns.length >> 1];
    if (!prompt || !sentence) break;
    const turn =
      turns.length % 2 === 0
        ? {
            channel: 'agent' as const,
            text: prompt.text,
            samples: await voices.prompt(prompt.file),
          }
        : { channel: 'caller' as const, text: sentence, samples: await voices.speak(sentence) };
    const samples = levelled(trimmed(turn.samples));
    turns.push({ ...turn, samples, startSample: at, endSample: at + samples.length });
    at += samples.length + toSamples(breakSeconds(random));
  }

  const end = Math.max(...turns.map((turn) => turn.endSample)) + toSamples(LEAD_OUT_SECONDS);
  return {
    sampleRateHz: CALL_RATE_HZ,
    caller: side('caller', turns, end),
    agent: side('agent', turns, end),
    reference: { caller: said('caller', turns), agent: said('agent', turns) },
    turns: turns.map(({ samples: _samples, ...turn }) => turn),
  };
}

/** Negative for an overlap. */
function breakSeconds(random: () => number): number {
  const overlap = random() < OVERLAP_CHANCE;
  const { least, most } = overlap ? OVERLAP_SECONDS : PAUSE_SECONDS;
  const seconds = least + random() * (most - least);
  return overlap ? -seconds : seconds;
}

type SpokenTurn = DemoTurn & { readonly samples: Int16Array };

function side(channel: Channel, turns: readonly SpokenTurn[], length: number): Int16Array {
  const samples = new Int16Array(length);
  for (const turn of turns) {
    if (turn.channel === channel) samples.set(turn.samples, turn.startSample);
  }
  return samples;
}

function said(channel: Channel, turns: readonly DemoTurn[]): string {
  return turns
    .filter((turn) => turn.channel === channel)
    .map((turn) => turn.text)
    .join(' ');
}

function trimmed(samples: Int16Array): Int16Array {
  const loud = (sample: number): boolean => Math.abs(sample) > SILENCE_AMPLITUDE;
  const first = samples.findIndex(loud);
  return first < 0 ? samples : samples.slice(first, samples.findLastIndex(loud) + 1);
}

function levelled(samples: Int16Array): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  return samples.map((sample) => Math.round((sample * PEAK) / peak));
}

/** The items in random order; the given array stays as it is. */
function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function toSamples(seconds: number): number {
  return Math.round(seconds * CALL_RATE_HZ);
}
