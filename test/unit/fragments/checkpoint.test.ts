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
  it('wants nothing up to the last number', () => {
    const consumed = new ConsumedFragments();
    expect(consumed.isUnwanted(numberOf(1))).toBe(false);

    consumed.consume(metadataOf(5, 1000), digestOf([1]));

    expect(consumed.lastFragmentNumber).toBe(numberOf(5));
    expect(consumed.lastTimestampMs).toBe(1000);
    expect(consumed.isUnwanted(numberOf(4))).toBe(true);
    expect(consumed.isUnwanted(numberOf(5))).toBe(true);
    expect(consumed.isUnwanted(numberOf(6))).toBe(false);
  });

  it('wants nothing before the first one wanted', () => {
    const consumed = new ConsumedFragments(undefined, numberOf(3));

    expect(consumed.isUnwanted(numberOf(2))).toBe(true);
    expect(consumed.isUnwanted(numberOf(3))).toBe(false);
    expect(consumed.lastFragmentNumber).toBeUndefined();
  });

  it('continues from a checkpoint', () => {
    const consumed = new ConsumedFragments(numberOf(7));

    expect(consumed.lastFragmentNumber).toBe(numberOf(7));
    expect(consumed.isUnwanted(numberOf(7))).toBe(true);
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

    expect(consumed.mayRepeatBytes(again)).toBe(3);
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

    expect(consumed.mayRepeatBytes(metadataOf(20, 1))).toBe(0);
    expect(consumed.mayRepeatBytes(metadataOf(20, 2))).toBe(1);
  });

  it('knows what came of a fragment that broke off, as far as it ever came', () => {
    const consumed = new ConsumedFragments();
    consumed.breakOff(metadataOf(1, 1000), digestOf([1, 2], [3]));
    consumed.breakOff(metadataOf(1, 1000), digestOf([1, 2]));

    expect(consumed.isRepeat(metadataOf(2, 1000), digestOf([1, 2], [3]))).toBe(true);
    expect(consumed.lastFragmentNumber).toBeUndefined();
  });

  it('finds the same audio although later fragments have come since', () => {
    const consumed = new ConsumedFragments();
    consumed.consume(metadataOf(1, 1000), digestOf([1, 2]));
    consumed.consume(metadataOf(2, 3000), digestOf([3]));

    expect(consumed.mayRepeatBytes(metadataOf(3, 1000))).toBe(2);
    expect(consumed.mayRepeatBytes(metadataOf(3, 2000))).toBe(0);
    expect(consumed.mayRepeatBytes(metadataOf(3, 4000))).toBe(0);
  });

  it('forgets what came of a broken fragment once all of it has come', () => {
    const consumed = new ConsumedFragments();
    const again = metadataOf(2, 1000);
    consumed.breakOff(metadataOf(1, 1000), digestOf([1]));

    consumed.consume(metadataOf(1, 1000), digestOf([1], [2]));

    expect(consumed.isRepeat(again, digestOf([1]))).toBe(false);
    expect(consumed.isRepeat(again, digestOf([1], [2]))).toBe(true);
  });
});

describe('AudioDigest', () => {
  it.each([1, 4, 7, 64])('tells blocks of %d octets apart that differ in one bit', (length) => {
    const payload = Uint8Array.from({ length }, (_, at) => (at * 37) & 0xff);
    const original = digestOf([...payload]);

    for (let bit = 0; bit < 8 * length; bit += 1) {
      const other = Uint8Array.from(payload);
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(digestOf([...other]).equals(original)).toBe(false);
    }
  });

  it('tells tracks apart', () => {
    const left = new AudioDigest();
    const right = new AudioDigest();
    left.add(1, Uint8Array.of(1));
    right.add(2, Uint8Array.of(1));

    expect(left.equals(right)).toBe(false);
  });

  it('tells long blocks apart that differ in the middle', () => {
    const left = new Uint8Array(4096).fill(7);
    const right = left.slice().fill(8, 1000, 1200);

    expect(digestOf([...left]).equals(digestOf([...right]))).toBe(false);
  });
});
