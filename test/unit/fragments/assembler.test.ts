import {
  assembleFragments,
  FragmentAssembler,
} from '../../../functions/worker/fragments/assembler';
import { ElementId } from '../../../functions/worker/mkv/element-ids';
import { encodeMaster, encodeUnsignedElement } from '../../../local/mkv/ebml-encoding';
import { encodeCluster } from '../../../local/mkv/writer';
import { drip, dripBody } from '../../support/drip';
import { buildFragment, fragmentParts, joinBytes, numberOf } from '../../support/mkv-builder';
import { assemble, HEADER, METADATA, ofType, PAYLOAD, typesOf } from './assembled';

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
