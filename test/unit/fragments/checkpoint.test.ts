import { AudioDigest, ConsumedFragments } from '../../../functions/worker/fragments/checkpoint';
import type { FragmentMetadata } from '../../../functions/worker/fragments/fragment';
import { numberOf } from '../../support/mkv-builder';

const metadataOf = (ordinal: number, producerTimestampMs: number): FragmentMetadata => ({
  fragmentNumber: numberOf(ordinal),
  producerTimestampMs,
  serverTimestampMs: 0,
});

function digestOf(...payloads: number[][]): AudioDigest {
  const digest = new AudioDigest();
  for (const payload of payloads) digest.add(1, Uint8Array.from(payload));
  return digest;
}

describe('ConsumedFragments', () => {
  it('knows everything up to the last number as consumed', () => {
    const consumed = new ConsumedFragments();
    expect(consumed.wasConsumed(numberOf(1))).toBe(false);

    consumed.consume(metadataOf(5, 1000), digestOf([1]));

    expect(consumed.lastFragmentNumber).toBe(numberOf(5));
    expect(consumed.wasConsumed(numberOf(4))).toBe(true);
    expect(consumed.wasConsumed(numberOf(5))).toBe(true);
    expect(consumed.wasConsumed(numberOf(6))).toBe(false);
  });

  it('continues from a checkpoint', () => {
    const consumed = new ConsumedFragments(numberOf(7));

    expect(consumed.lastFragmentNumber).toBe(numberOf(7));
    expect(consumed.wasConsumed(numberOf(7))).toBe(true);
  });

  it('never steps back', () => {
    const consumed = new ConsumedFragments(numberOf(7));

    consumed.consume(metadataOf(6, 1000), digestOf([1]));

    expect(consumed.lastFragmentNumber).toBe(numberOf(7));
  });

  it('finds the same audio of the same moment under another number', () => {
    const consumed = new ConsumedFragments();
    consumed.consume(metadataOf(1, 1000), digestOf([1, 2], [3]));
    const again = metadataOf(2, 1000);

    expect(consumed.mayRepeat(again)).toBe(true);
    expect(consumed.isRepeat(again, digestOf([1, 2], [3]))).toBe(true);
  });

  it.each([
    ['another moment', metadataOf(2, 1001), digestOf([1, 2])],
    ['other audio', metadataOf(2, 1000), digestOf([1, 3])],
    ['more audio', metadataOf(2, 1000), digestOf([1, 2], [0])],
    ['the same number', metadataOf(1, 1000), digestOf([1, 2])],
  ])('does not take %s for a repeat', (_name, metadata, digest) => {
    const consumed = new ConsumedFragments();
    consumed.consume(metadataOf(1, 1000), digestOf([1, 2]));

    expect(consumed.isRepeat(metadata, digest)).toBe(false);
  });

  it('remembers only the last few fragments', () => {
    const consumed = new ConsumedFragments();
    for (let ordinal = 1; ordinal <= 9; ordinal += 1) {
      consumed.consume(metadataOf(ordinal, ordinal), digestOf([ordinal]));
    }

    expect(consumed.mayRepeat(metadataOf(20, 1))).toBe(false);
    expect(consumed.mayRepeat(metadataOf(20, 2))).toBe(true);
  });
});

describe('AudioDigest', () => {
  it('tells tracks apart', () => {
    const left = new AudioDigest();
    const right = new AudioDigest();
    left.add(1, Uint8Array.of(1));
    right.add(2, Uint8Array.of(1));

    expect(left.equals(right)).toBe(false);
  });
});
