import { LOOP_SECONDS, createNoise, createTones, interleaved } from '../../bench/media/audio';
import { FragmentTemplate, fragmentOf, numberOf } from '../../bench/media/fragment-template';
import { callIdOf } from '../../bench/media/call-names';
import { encodePieces, pieceOfSample } from '../../bench/media/pieces';
import { callsOf, recordDemux } from '../../support/mkv-recorder';

const START_MS = 1_750_000_000_000;

describe('pieces', () => {
  const noise = createNoise();
  const pieces = encodePieces(noise);

  it('hold the whole loop, in order, in both tracks', () => {
    const template = new FragmentTemplate();
    const body = Buffer.concat(
      [0, 1].flatMap((fragment) => [
        template.lead(callIdOf(1), fragment, START_MS),
        ...(pieces[fragment] ?? []),
        template.trail(fragment),
      ]),
    );

    const calls = recordDemux([body]);

    expect(callsOf(calls, 'malformed')).toEqual([]);
    noise.channels.forEach((samples, channel) => {
      const hex = callsOf(calls, 'block')
        .filter(({ track }) => track === channel + 1)
        .map((block) => block.hex)
        .join('');
      expect(hex).toBe(Buffer.from(samples.buffer, 0, 2 * 16_000).toString('hex'));
    });
    const tags = callsOf(calls, 'tags').flatMap((each) => each.tags);
    expect(tags).toContainEqual({ name: 'ContactId', value: callIdOf(1) });
    expect(tags).toContainEqual({ name: 'AWS_KINESISVIDEO_FRAGMENT_NUMBER', value: numberOf(1) });
    expect(tags).toContainEqual({
      name: 'AWS_KINESISVIDEO_PRODUCER_TIMESTAMP',
      value: '1750000001.000',
    });
  });

  it('come no earlier than their last sample was spoken', () => {
    // Blocks of 64 ms: three end within 200 ms, the fourth within 400 ms, the last at a second.
    expect([0, 1535, 1536, 7999, 8000].map(pieceOfSample)).toEqual([0, 0, 1, 4, 5]);
  });

  it('are as many as the loop has seconds', () => {
    expect(pieces).toHaveLength(LOOP_SECONDS);
    expect(pieces.every((fragment) => fragment.length === 5)).toBe(true);
  });
});

describe('fragment numbers', () => {
  it('can be read back', () => {
    expect(fragmentOf(numberOf(0))).toBe(0);
    expect(fragmentOf(numberOf(3599))).toBe(3599);
    expect(fragmentOf('123')).toBeUndefined();
  });
});

describe('interleaved audio', () => {
  it('has the caller first', () => {
    const tones = createTones();
    const both = interleaved(tones);

    const at = 9_000;
    expect(both.readInt16LE(4 * at)).toBe(tones.channels[0][at]);
    expect(both.readInt16LE(4 * at + 2)).toBe(tones.channels[1][at]);
  });
});
