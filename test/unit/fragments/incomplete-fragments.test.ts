import { encodeTags, type TagSpec } from '../../../local/mkv/writer';
import { buildFragment, fragmentParts, joinBytes, numberOf } from '../../support/mkv-builder';
import { assemble, HEADER, METADATA, ofType, PAYLOAD, typesOf } from './assembled';

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
