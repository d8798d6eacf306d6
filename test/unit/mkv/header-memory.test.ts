import { MkvDemuxer } from '../../../functions/worker/mkv/demuxer';
import { ElementMemory } from '../../../functions/worker/mkv/element-memory';
import { KnownTexts } from '../../../functions/worker/mkv/known-texts';
import { encodeCluster, encodeHeader, type TrackSpec } from '../../../local/mkv/writer';
import { drip } from '../../support/drip';
import { joinBytes } from '../../support/mkv-builder';
import { callsOf, MkvRecorder, recordDemux } from '../../support/mkv-recorder';

const TRACK: TrackSpec = { number: 1, name: 'ONE', codecId: 'A_PCM/INT/LIT', sampleRateHz: 8000 };
const OTHER: TrackSpec = { ...TRACK, number: 2, name: 'TWO' };

const documentOf = (tracks: readonly TrackSpec[], blockOf = tracks[0]?.number ?? 1): Uint8Array =>
  joinBytes([
    encodeHeader(tracks),
    encodeCluster({
      timestampMs: 0,
      size: 'known',
      blocks: [{ trackNumber: blockOf, timestampMs: 0, payload: Uint8Array.of(1, 2) }],
    }),
  ]);

/** The same document with one octet of its track's name damaged into an impossible size. */
function damaged(document: Uint8Array): Uint8Array {
  const bytes = Buffer.from(document);
  const at = bytes.indexOf('ONE') - 1;
  bytes[at] = 0xfe;
  return bytes;
}

describe('MkvDemuxer, given heads that repeat', () => {
  it('hands on the same tracks, however the bytes are cut and whatever memory they came in', () => {
    const body = joinBytes([documentOf([TRACK]), documentOf([TRACK])]);
    const recorder = new MkvRecorder();
    const demuxer = new MkvDemuxer(recorder);

    for (const read of drip(body, 7)) {
      const reused = Buffer.from(read);
      demuxer.push(reused);
      reused.fill(0xff);
    }
    demuxer.end();

    const [first, second] = callsOf(recorder.calls, 'tracks').map(({ tracks }) => tracks);
    expect(second).toBe(first);
    expect(first).toMatchObject([{ number: 1, name: 'ONE' }]);
  });

  it('reads tracks that have changed, and takes no block of those that are gone', () => {
    const bodies = [documentOf([TRACK]), documentOf([OTHER]), documentOf([OTHER], 1)];

    const calls = recordDemux([joinBytes(bodies)]);

    expect(callsOf(calls, 'tracks').map(({ tracks }) => tracks[0]?.name)).toEqual([
      'ONE',
      'TWO',
      'TWO',
    ]);
    expect(callsOf(calls, 'block').map(({ track }) => track)).toEqual([1, 2]);
    expect(callsOf(calls, 'malformed').map(({ message }) => message)).toEqual([
      'a block names an undeclared track',
    ]);
  });

  it('declares what several Tracks of one document say, for that document only', () => {
    const bare = encodeHeader([]);
    const tracksOf = (track: TrackSpec) => {
      const header = encodeHeader([track]);
      return header.subarray(Buffer.from(header).indexOf('1654ae6b', 0, 'hex'));
    };
    const cluster = documentOf([TRACK], 2).subarray(encodeHeader([TRACK]).length);
    const both = joinBytes([bare, tracksOf(TRACK), tracksOf(OTHER), cluster]);

    const calls = recordDemux([joinBytes([both, documentOf([TRACK], 2)])]);

    expect(callsOf(calls, 'block').map(({ track }) => track)).toEqual([2]);
    expect(callsOf(calls, 'malformed')).toHaveLength(1);
  });

  it('remembers nothing of a damaged head', () => {
    const good = documentOf([TRACK]);
    const bad = damaged(good);

    const calls = recordDemux([joinBytes([bad, good, bad, good])]);

    expect(callsOf(calls, 'malformed').map(({ message }) => message)).toEqual([
      'the Tracks are damaged',
      'the Tracks are damaged',
    ]);
    expect(callsOf(calls, 'block')).toHaveLength(2);
  });
});

describe('ElementMemory', () => {
  it('recalls by every octet and by the length, not by where they stand', () => {
    const memory = new ElementMemory<string>();
    memory.note(Uint8Array.of(0, 1, 2, 3), 1, 4, 'known');

    expect(memory.recall(Uint8Array.of(9, 9, 1, 2, 3), 2, 5)).toBe('known');
    expect(memory.recall(Uint8Array.of(1, 2, 4), 0, 3)).toBeUndefined();
    expect(memory.recall(Uint8Array.of(9, 2, 3), 0, 3)).toBeUndefined();
    expect(memory.recall(Uint8Array.of(1, 2, 3, 4), 0, 4)).toBeUndefined();
    expect(memory.recall(Uint8Array.of(1, 2), 0, 2)).toBeUndefined();
  });

  it('keeps what it has when an element is too long to be kept', () => {
    const memory = new ElementMemory<string>();
    memory.note(Uint8Array.of(1), 0, 1, 'short');
    const long = new Uint8Array(1 << 16);

    memory.note(long, 0, long.length, 'long');

    expect(memory.recall(long, 0, long.length)).toBeUndefined();
    expect(memory.recall(Uint8Array.of(1), 0, 1)).toBe('short');
  });
});

describe('KnownTexts', () => {
  it.each(['TagOne', 'TagTwo', 'tagOne', 'TagOn', 'Tag', '', 'TagOn\u0000', 'Tagö'])(
    'reads %j as it stands there',
    (text) => {
      const names = new KnownTexts(['TagOne', 'TagTwo', 'Tagö']);
      const bytes = Buffer.from(`<${text}>`);

      expect(names.read(bytes, 1, bytes.length - 1)).toBe(text.replace('\u0000', ''));
    },
  );
});
