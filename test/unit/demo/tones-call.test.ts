import { composeTonesCall } from '../../../local/demo/tones-call';
import { createTonesEngine } from '../../../local/recognisers/tones';

const SIDES = ['caller', 'agent'] as const;

describe('composeTonesCall', () => {
  it('lasts about 40 s', () => {
    const { caller, agent, sampleRateHz } = composeTonesCall(1);

    expect(caller.length).toBe(agent.length);
    expect(Math.round(caller.length / sampleRateHz)).toBe(38);
  });

  it.each(SIDES)('is heard by the tones recogniser as it is written down: %s', async (side) => {
    const call = composeTonesCall(2);
    const heard: string[] = [];

    const recogniser = await createTonesEngine().open({
      sampleRateHz: call.sampleRateHz,
      languageCode: 'en-US',
      onRecognition: ({ kind, words }) => {
        if (kind === 'final') heard.push(...words.map(({ text }) => text));
      },
    });
    await recogniser.push(call[side]);
    await recogniser.finish();

    expect(heard.join(' ')).toBe(call.reference[side]);
  });

  it('gives another call for another seed', () => {
    expect(composeTonesCall(1).reference).not.toEqual(composeTonesCall(2).reference);
  });
});
