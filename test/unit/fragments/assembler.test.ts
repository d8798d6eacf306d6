import {
  assembleFragments,
  FragmentAssembler,
} from '../../../functions/worker/fragments/assembler';
import type { FragmentEvent } from '../../../functions/worker/fragments/fragment';
import { ElementId } from '../../../functions/worker/mkv/element-ids';
import { encodeMaster, encodeUnsignedElement } from '../../../local/mkv/ebml-encoding';
import { encodeCluster, encodeHeader, encodeTags, type TagSpec } from '../../../local/mkv/writer';
import { drip, dripBody } from '../../support/drip';
import {
  buildFragment,
  CONNECT_TRACK_SPECS,
  fragmentParts,
  joinBytes,
  numberOf,
} from '../../support/mkv-builder';

const HEADER = encodeHeader(CONNECT_TRACK_SPECS);
const METADATA = {
  fragmentNumber: numberOf(1),
  serverTimestampMs: 1_700_000_000_500,
  producerTimestampMs: 1_700_000_000_250,
};
const PAYLOAD = Uint8Array.of(9, 9);

function assemble(...parts: Uint8Array[]): FragmentEvent[] {
  const assembler = new FragmentAssembler();
  return [...assembler.push(joinBytes(parts)), ...assembler.end()];
}

const typesOf = (events: readonly FragmentEvent[]): string[] => events.map(({ type }) => type);

const ofType = <T extends FragmentEvent['type']>(
  events: readonly FragmentEvent[],
  type: T,
): Extract<FragmentEvent, { type: T }>[] =>
  events.filter((event): event is Extract<FragmentEvent, { type: T }> => event.type === type);

describe('FragmentAssembler', () => {
  it('reports start, blocks and completion of a fragment', () => {
    const events = assemble(buildFragment({ millisBehindNow: 42 }));

    expect(typesOf(events)).toEqual(['start', 'block', 'block', 'complete']);
    expect(ofType(events, 'complete')[0]).toMatchObject({
      metadata: METADATA,
      millisBehindNow: 42,
      continuationToken: numberOf(1),
    });
  });

  it('starts with metadata, tracks and the tags so far', () => {
    const [start] = ofType(assemble(buildFragment()), 'start');

    expect(start?.metadata).toEqual(METADATA);
    expect([...(start?.tracks.values() ?? [])].map(({ name }) => name)).toEqual([
      'AUDIO_FROM_CUSTOMER',
      'AUDIO_TO_CUSTOMER',
    ]);
    expect(start?.tags.get('ContactId')).toBe('contact-1');
    expect(start?.tags.has('AWS_KINESISVIDEO_MILLIS_BEHIND_NOW')).toBe(false);
  });

  it('completes with the tags behind the audio too', () => {
    const events = assemble(
      buildFragment({
        producerTagsBefore: [],
        producerTagsAfter: [{ name: 'ContactId', value: 'contact-2' }],
      }),
    );

    expect(ofType(events, 'start')[0]?.tags.has('ContactId')).toBe(false);
    expect(ofType(events, 'complete')[0]?.tags.get('ContactId')).toBe('contact-2');
  });

  it('forgets the tags and tracks of the fragment before', () => {
    const events = assemble(
      buildFragment(),
      buildFragment({
        number: numberOf(2),
        producerTagsBefore: [],
        tracks: [{ number: 2, name: 'other', codecId: 'A', sampleRateHz: 8000 }],
        blocks: [{ trackNumber: 2, timestampMs: 0, payload: PAYLOAD }],
      }),
    );

    const second = ofType(events, 'start')[1];
    expect(second?.tags.has('ContactId')).toBe(false);
    expect([...(second?.tracks.keys() ?? [])]).toEqual([2]);
  });

  it('gives the same events for every size of read', () => {
    const body = joinBytes([buildFragment(), buildFragment({ number: numberOf(2) })]);
    const whole = assemble(body);

    for (let readBytes = 1; readBytes < 100; readBytes += 1) {
      const assembler = new FragmentAssembler();
      const events = drip(body, readBytes).flatMap((read) => assembler.push(read));

      expect([...events, ...assembler.end()]).toEqual(whole);
    }
  });
});

describe('the time of a block', () => {
  const timesOf = (...parts: Uint8Array[]): number[] =>
    ofType(assemble(...parts), 'block').map(({ timestampMs }) => timestampMs);

  const [, , leading] = fragmentParts();
  const cluster = (timestampMs: number, relativeMs: number): Uint8Array =>
    encodeCluster({
      timestampMs,
      size: 'known',
      blocks: [{ trackNumber: 1, timestampMs: relativeMs, payload: PAYLOAD }],
    });

  it('counts from the producer timestamp, whatever the cluster timestamp is', () => {
    const blocks = [
      { trackNumber: 1, timestampMs: 20, payload: PAYLOAD },
      { trackNumber: 1, timestampMs: -5, payload: PAYLOAD },
    ];

    expect(timesOf(buildFragment({ clusterTimestampMs: 987_654, blocks }))).toEqual([
      1_700_000_000_270, 1_700_000_000_245,
    ]);
  });

  it('adds the distance of a later cluster from the first', () => {
    expect(timesOf(HEADER, leading!, cluster(5000, 1), cluster(5700, 2))).toEqual([
      1_700_000_000_251, 1_700_000_000_952,
    ]);
  });

  it('respects the timestamp scale', () => {
    const info = encodeMaster(ElementId.Info, [
      encodeUnsignedElement(ElementId.TimestampScale, 500_000),
    ]);

    expect(timesOf(HEADER, info, leading!, cluster(10, 4), cluster(30, 4))).toEqual([
      1_700_000_000_252, 1_700_000_000_262,
    ]);
  });
});

describe('a fragment that does not complete', () => {
  const parts = fragmentParts();
  const [header, producer, leading, cluster, trailer] = parts as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const next = buildFragment({ number: numberOf(2) });

  it('is incomplete when the body ends', () => {
    const events = assemble(header, producer, leading, cluster);

    expect(typesOf(events)).toEqual(['start', 'block', 'block', 'incomplete']);
    expect(ofType(events, 'incomplete')[0]?.metadata).toEqual(METADATA);
  });

  it('is incomplete when the next document begins', () => {
    const events = assemble(header, leading, cluster, next);

    expect(typesOf(events).slice(2)).toEqual([
      'block',
      'incomplete',
      'start',
      'block',
      'block',
      'complete',
    ]);
  });

  it('is incomplete when only one trailing tag came', () => {
    const half = encodeTags([{ name: 'AWS_KINESISVIDEO_MILLIS_BEHIND_NOW', value: '0' }]);

    expect(typesOf(assemble(header, leading, half))).toEqual(['incomplete']);
  });

  it('is nothing at all before it had a number', () => {
    expect(assemble(header, producer)).toEqual([]);
  });

  it('ends in exactly one event wherever the body is cut', () => {
    const body = joinBytes(parts);
    const endings = ['complete', 'incomplete', 'malformed', 'failed'];

    for (let at = 0; at <= body.length; at += 1) {
      const types = typesOf(assemble(body.slice(0, at)));
      const named = at >= header.length + producer.length + leading.length;

      expect(types.filter((type) => endings.includes(type))).toHaveLength(named ? 1 : 0);
      expect(types.includes('complete')).toBe(at === body.length);
    }
  });

  it.each<[string, TagSpec[]]>([
    ['a number that is none', [{ name: 'AWS_KINESISVIDEO_FRAGMENT_NUMBER', value: 'x' }]],
    ['another number', [{ name: 'AWS_KINESISVIDEO_FRAGMENT_NUMBER', value: '5' }]],
    [
      'a lag that is no number',
      [
        { name: 'AWS_KINESISVIDEO_MILLIS_BEHIND_NOW', value: '?' },
        { name: 'AWS_KINESISVIDEO_CONTINUATION_TOKEN', value: '1' },
      ],
    ],
  ])('is malformed when its tags bring %s', (_name, tags) => {
    const events = assemble(header, leading, cluster, encodeTags(tags), trailer, next);

    expect(typesOf(events)).toEqual(
      'start block block malformed start block block complete'.split(' '),
    );
    expect(ofType(events, 'malformed')[0]).toMatchObject({ metadata: METADATA, byteOffset: 0 });
  });

  it('is malformed when it holds no audio', () => {
    expect(typesOf(assemble(header, leading, trailer, next))).toEqual(
      'malformed start block block complete'.split(' '),
    );
    expect(typesOf(assemble(buildFragment({ blocks: [] })))).toEqual(['start', 'malformed']);
  });

  it('is malformed when audio comes before its number', () => {
    const events = assemble(header, cluster, leading, trailer, next);

    expect(typesOf(events)).toEqual(['malformed', 'start', 'block', 'block', 'complete']);
  });

  it('is malformed when a block names an undeclared track', () => {
    const blocks = [{ trackNumber: 3, timestampMs: 0, payload: PAYLOAD }];

    expect(typesOf(assemble(buildFragment({ blocks }), next)).slice(0, 3)).toEqual([
      'start',
      'malformed',
      'start',
    ]);
  });

  it('is malformed when its bytes are damaged, and carries its metadata', () => {
    const events = assemble(header, leading, cluster.slice(0, -1), trailer, next);
    const [malformed] = ofType(events, 'malformed');

    expect(malformed?.metadata).toEqual(METADATA);
    expect(malformed?.byteOffset).toBeGreaterThan(header.length);
    expect(typesOf(events).at(-1)).toBe('complete');
  });

  it('leaves a completed fragment out of later damage', () => {
    const events = assemble(joinBytes(parts), Uint8Array.of(0), next);

    expect(ofType(events, 'malformed')).toEqual([
      expect.objectContaining({ metadata: undefined, byteOffset: joinBytes(parts).length }),
    ]);
    expect(ofType(events, 'complete')).toHaveLength(2);
  });
});

describe('an in-band failure', () => {
  const failure = (tags: Record<string, string>): Uint8Array =>
    encodeTags(
      Object.entries(tags).map(([name, value]) => ({ name: `AWS_KINESISVIDEO_${name}`, value })),
    );

  it('is reported with its number, code and fragment, and nothing else', () => {
    const tags = failure({ FRAGMENT_NUMBER: '77', ERROR_CODE: 'INTERNAL', ERROR_ID: '5000' });

    expect(assemble(HEADER, tags)).toEqual([
      { type: 'failed', errorId: 5000, errorCode: 'INTERNAL', fragmentNumber: '77' },
    ]);
  });

  it('is known by the other set of tags too', () => {
    const tags = failure({ EXCEPTION_ERROR_CODE: '4000', EXCEPTION_MESSAGE: 'gone' });

    expect(assemble(HEADER, tags)).toEqual([
      { type: 'failed', errorId: 4000, errorCode: 'gone', fragmentNumber: undefined },
    ]);
  });

  it('ends a fragment that had begun', () => {
    const [header, , leading, cluster] = fragmentParts();
    const events = assemble(header!, leading!, cluster!, failure({ ERROR_ID: '3002' }));

    expect(typesOf(events)).toEqual(['start', 'block', 'block', 'failed']);
    expect(ofType(events, 'failed')[0]?.fragmentNumber).toBe(numberOf(1));
  });
});

describe('assembleFragments', () => {
  const body = joinBytes([buildFragment(), buildFragment({ number: numberOf(2) })]);

  it('gives one array per network read', async () => {
    const arrays = [];
    for await (const events of assembleFragments(dripBody(body, 100))) arrays.push(events);

    expect(arrays).toHaveLength(Math.ceil(body.length / 100));
    expect(typesOf(arrays.flat())).toEqual(typesOf(assemble(body)));
  });

  it('reads only as fast as it is pulled', async () => {
    let reads = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for await (const read of dripBody(body, 10)) {
        reads += 1;
        yield read;
      }
    }
    const events = assembleFragments(source());

    await events.next();
    await events.next();

    expect(reads).toBe(2);
    await events.return();
  });

  it('says that a fragment is incomplete at the end of the body', async () => {
    const types: string[] = [];
    for await (const events of assembleFragments(dripBody(body.slice(0, -1), 1000))) {
      types.push(...typesOf(events));
    }

    expect(types.at(-1)).toBe('incomplete');
  });

  it('says so too when the connection breaks, before passing the error on', async () => {
    const broken = new Error('reset');
    const types: string[] = [];
    const reading = (async () => {
      for await (const events of assembleFragments(dripBody(body.slice(0, -1), 1000, broken))) {
        types.push(...typesOf(events));
      }
    })();

    await expect(reading).rejects.toBe(broken);
    expect(types.at(-1)).toBe('incomplete');
  });
});
