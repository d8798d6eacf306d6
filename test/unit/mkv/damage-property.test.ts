import fc from 'fast-check';
import { FragmentAssembler } from '../../../functions/worker/fragments/assembler';
import type { FragmentEvent } from '../../../functions/worker/fragments/fragment';
import { MAX_SCRATCH_BYTES } from '../../../functions/worker/mkv/limits';
import { buildFragment, joinBytes, numberOf } from '../../support/mkv-builder';

const CASES = 10_000;
const TIMEOUT_MS = 120_000;

/** What is done to a stretch of valid stream; positions are shares of its length. */
type Damage =
  | { readonly kind: 'mutate'; readonly at: number; readonly octet: number }
  | { readonly kind: 'oversize'; readonly at: number; readonly octets: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'splice'; readonly at: number; readonly from: number };

const share = fc.double({ min: 0, max: 1, noNaN: true });
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('mutate' as const), at: share, octet: fc.nat(255) }),
  fc.record({ kind: fc.constant('oversize' as const), at: share, octets: fc.nat(7) }),
  fc.record({ kind: fc.constant('truncate' as const), at: share }),
  fc.record({
    kind: fc.constant('remove' as const),
    at: share,
    length: fc.integer({ min: 1, max: 80 }),
  }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: share,
    length: fc.integer({ min: 1, max: 80 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: share,
    bytes: fc.uint8Array({ maxLength: 40 }),
  }),
  fc.record({ kind: fc.constant('splice' as const), at: share, from: share }),
);

const fragment = fc.record({
  clusterSize: fc.constantFrom('known' as const, 'unknown' as const),
  clusterSizeLength: fc.constantFrom(1, 2, 4, 8),
  payloadBytes: fc.integer({ min: 0, max: 60 }),
  blockCount: fc.integer({ min: 1, max: 4 }),
  tagged: fc.boolean(),
});
type FragmentShape = typeof fragment extends fc.Arbitrary<infer Shape> ? Shape : never;

const scenario = fc.record({
  damaged: fc.array(fragment, { minLength: 1, maxLength: 3 }),
  damages: fc.array(damage, { minLength: 1, maxLength: 4 }),
  after: fc.array(fragment, { minLength: 1, maxLength: 2 }),
  readBytes: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 3000 })),
});

describe('FragmentAssembler, given damaged streams', () => {
  it(
    'neither throws nor hangs nor grows, and still finds every undamaged fragment around',
    () => {
      fc.assert(
        fc.property(scenario, ({ damaged, damages, after, readBytes }) => {
          const before = encode([{ ...damaged[0]!, blockCount: 2 }], 1);
          const middle = damages.reduce(inflict, encode(damaged, 10));
          const behind = encode(after, 100);
          const body = joinBytes([before, middle, behind]);

          const events = assemble(body, readBytes);

          // Each event stands for bytes of its own: a block alone takes six.
          if (events.length > 10 + body.length / 4) throw new Error('events without end');
          const expectedBefore = assemble(before, body.length);
          expectSame(events.slice(0, expectedBefore.length), expectedBefore);
          const expectedBehind = assemble(behind, body.length);
          expectSame(events.slice(-expectedBehind.length), expectedBehind);
        }),
        { numRuns: CASES },
      );
    },
    TIMEOUT_MS,
  );
});

/** `expect` only when it will fail: it takes most of the time of a case otherwise. */
function expectSame(actual: readonly string[], expected: readonly string[]): void {
  if (actual.join('\n') !== expected.join('\n')) expect(actual).toEqual(expected);
}

/** The events as text, which compares much faster than arrays do. */
function assemble(body: Uint8Array, readBytes: number): string[] {
  const assembler = new FragmentAssembler();
  const events: string[] = [];
  for (let at = 0; at < body.length; at += readBytes) {
    events.push(...assembler.push(body.slice(at, at + readBytes)).map(asText));
    if (assembler.scratchBytes > MAX_SCRATCH_BYTES)
      throw new Error('the scratch outgrew its bound');
  }
  events.push(...assembler.end().map(asText));
  return events;
}

function asText(event: FragmentEvent): string {
  return JSON.stringify(event, (_key, value: unknown) => {
    if (value instanceof Map) return [...value];
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  });
}

function encode(shapes: readonly FragmentShape[], firstOrdinal: number): Uint8Array {
  return joinBytes(
    shapes.map((shape, index) =>
      buildFragment({
        number: numberOf(firstOrdinal + index),
        producerTimestampMs: 1_700_000_000_000 + (firstOrdinal + index) * 1000,
        clusterSize: shape.clusterSize,
        // Known sizes of one octet would not hold a larger cluster.
        clusterSizeLength: shape.clusterSize === 'known' ? 4 : shape.clusterSizeLength,
        blocks: Array.from({ length: shape.blockCount }, (_, block) => ({
          trackNumber: 1 + (block % 2),
          timestampMs: block * 20,
          payload: new Uint8Array(shape.payloadBytes).fill(block + index),
        })),
        producerTagsBefore: shape.tagged ? [{ name: 'ContactId', value: 'contact-1' }] : [],
      }),
    ),
  );
}

function inflict(bytes: Uint8Array, harm: Damage): Uint8Array {
  const at = Math.floor(harm.at * bytes.length);
  const head = bytes.slice(0, at);
  const tail = bytes.slice(at);
  switch (harm.kind) {
    case 'mutate':
      return joinBytes([head, Uint8Array.of(harm.octet), tail.slice(1)]);
    case 'oversize':
      return joinBytes([head, Uint8Array.of(0x80 >> harm.octets, 0xff, 0xff), tail.slice(3)]);
    case 'truncate':
      return head;
    case 'remove':
      return joinBytes([head, tail.slice(harm.length)]);
    case 'repeat':
      return joinBytes([head, tail.slice(0, harm.length), tail]);
    case 'insert':
      return joinBytes([head, harm.bytes, tail]);
    case 'splice':
      return joinBytes([head, bytes.slice(Math.floor(harm.from * bytes.length))]);
  }
}
