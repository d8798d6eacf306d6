import { composeDemoCall } from '../../../local/demo/demo-call';
import { AGENT_PROMPTS, CALLER_SENTENCES } from '../../../local/demo/sentences';
import type { Voices } from '../../../local/demo/voices';

const RATE_HZ = 8_000;

/** Says anything as a buzz of 50 ms a character, between two stretches of silence. */
const voices: Voices = {
  prompt: (file) => Promise.resolve(buzz(file.length)),
  speak: (sentence) => Promise.resolve(buzz(sentence.length)),
};

function buzz(characters: number): Int16Array {
  const length = characters * 0.05 * RATE_HZ;
  return Int16Array.from({ length }, (_, i) =>
    i < 400 || i >= length - 400 ? 0 : 3_000 * (i % 8 < 4 ? 1 : -1),
  );
}

describe('composeDemoCall', () => {
  it('gives the same call for the same seed', async () => {
    const [one, two] = [await composeDemoCall(7, voices), await composeDemoCall(7, voices)];

    expect(two.turns).toEqual(one.turns);
    expect(Buffer.from(two.caller.buffer).equals(Buffer.from(one.caller.buffer))).toBe(true);
    expect(Buffer.from(two.agent.buffer).equals(Buffer.from(one.agent.buffer))).toBe(true);
  });

  it('gives another call for another seed', async () => {
    const [one, two] = [await composeDemoCall(1, voices), await composeDemoCall(2, voices)];

    expect(one.reference).not.toEqual(two.reference);
  });

  it.each([1, 2, 3, 4, 5])('lasts about 40 s with seed %i', async (seed) => {
    const { caller, agent } = await composeDemoCall(seed, voices);

    expect(caller.length).toBe(agent.length);
    expect(caller.length / RATE_HZ).toBeGreaterThan(37);
    expect(caller.length / RATE_HZ).toBeLessThan(46);
  });

  it('lets both sides speak in turns and writes down what they say', async () => {
    const { turns, reference } = await composeDemoCall(3, voices);

    const channels = turns.map(({ channel }) => channel);
    expect(channels).toEqual(channels.map((_, i) => (i % 2 === 0 ? 'agent' : 'caller')));
    expect(reference.agent).toBe(
      turns
        .filter(({ channel }) => channel === 'agent')
        .map(({ text }) => text)
        .join(' '),
    );
  });

  it('is silent on a side exactly while that side does not speak', async () => {
    const call = await composeDemoCall(4, voices);

    const speaking = new Int8Array(call.caller.length);
    for (const turn of call.turns) {
      if (turn.channel === 'caller') speaking.fill(1, turn.startSample, turn.endSample);
    }
    const wrong = call.caller.findIndex((sample, i) => (sample !== 0) !== (speaking[i] === 1));
    expect(wrong).toBe(-1);
  });

  it('has pauses of half a second or more, and overlaps now and then', async () => {
    const breaks: number[] = [];
    for (let seed = 1; seed <= 10; seed += 1) {
      const { turns } = await composeDemoCall(seed, voices);
      turns.slice(1).forEach((turn, i) => {
        breaks.push((turn.startSample - (turns[i]?.endSample ?? 0)) / RATE_HZ);
      });
    }

    const overlaps = breaks.filter((seconds) => seconds < 0).length / breaks.length;
    expect(overlaps).toBeGreaterThan(0.05);
    expect(overlaps).toBeLessThan(0.3);
    expect(Math.min(...breaks.filter((seconds) => seconds > 0))).toBeGreaterThanOrEqual(0.5);
  });
});

describe('the sentences', () => {
  it('are different from each other', () => {
    const all = [...AGENT_PROMPTS.map(({ file }) => file), ...CALLER_SENTENCES];

    expect(new Set(all).size).toBe(all.length);
  });
});
