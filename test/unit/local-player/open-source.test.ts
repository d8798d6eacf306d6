import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeWav } from '../../../local/media/wav-writer';
import type { CallSource, SourceBlock, SourceFragment } from '../../../local/player/call-source';
import { openSource } from '../../../local/player/open-source';
import { concatBytes } from '../../../local/mkv/ebml-encoding';
import type { CallscribeError } from '../../../shared/errors';
import { PCM_TRACK, recording } from '../../support/recording';

const START_MS = 1_700_000_000_000;
const AGENT_TRACK = { ...PCM_TRACK, number: 2, name: 'AUDIO_TO_CUSTOMER' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function openBytes(bytes: Uint8Array, name = 'call.mkv'): Promise<CallSource> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return openSource(path);
}

async function refusal(bytes: Uint8Array, name?: string): Promise<CallscribeError> {
  return openBytes(bytes, name).then(
    () => {
      throw new Error('it was opened');
    },
    (reason: CallscribeError) => reason,
  );
}

async function fragmentsOf(source: CallSource): Promise<SourceFragment[]> {
  const fragments: SourceFragment[] = [];
  for await (const fragment of source.fragments()) fragments.push(fragment);
  return fragments;
}

const outline = ({ payload, ...block }: SourceBlock) => ({ ...block, fill: payload[0] });

describe('openSource', () => {
  it('tells a recording from a WAV file by what is in it', async () => {
    const mkv = await openBytes(recording(), 'recording.wav');
    const wav = await openBytes(
      encodeWav({ sampleRateHz: 8000, channels: [new Int16Array(800)] }),
      'sound.dat',
    );

    expect(mkv.durationMs).toBe(256);
    expect(wav.durationMs).toBe(100);
    await wav.close();
  });

  it('plays each cluster as a fragment, from time 0', async () => {
    const source = await openBytes(recording({ timesMs: [START_MS, START_MS + 500] }));

    const fragments = await fragmentsOf(source);

    expect(fragments.map((fragment) => fragment.timestampMs)).toEqual([0, 500]);
    expect(fragments.flatMap((fragment) => fragment.blocks.map(outline))).toEqual([
      { trackNumber: 1, timestampMs: 0, endMs: 64, fill: 10 },
      { trackNumber: 1, timestampMs: 64, endMs: 128, fill: 11 },
      { trackNumber: 1, timestampMs: 500, endMs: 564, fill: 12 },
      { trackNumber: 1, timestampMs: 564, endMs: 628, fill: 13 },
    ]);
    expect(source.durationMs).toBe(628);
  });

  it('goes by the cluster times of a Matroska file that did not come from GetMedia', async () => {
    const source = await openBytes(withoutTags(recording({ timesMs: [START_MS] })));

    expect((await fragmentsOf(source)).map((fragment) => fragment.timestampMs)).toEqual([0]);
  });

  it('leaves the tracks as they are', async () => {
    const track = { number: 7, codecId: 'A_OPUS', sampleRateHz: 48_000, name: 'left' };
    const source = await openBytes(recording({ tracks: [track] }));

    expect(source.tracks).toMatchObject([track]);
    expect(source.legs).toEqual([{ channel: 'caller', track: 'left' }]);
  });

  it('finds the parties by the names of Connect', async () => {
    const tracks = [AGENT_TRACK, { ...PCM_TRACK, number: 3 }];
    const source = await openBytes(recording({ tracks }));

    expect(source.legs).toEqual([
      { channel: 'caller', track: 'AUDIO_FROM_CUSTOMER' },
      { channel: 'agent', track: 'AUDIO_TO_CUSTOMER' },
    ]);
  });

  it('takes the first audio tracks as caller and agent when the names say nothing', async () => {
    const video = { number: 1, codecId: 'V_VP8', sampleRateHz: 8000, trackType: 1 };
    const [a, b] = [2, 3].map((number) => ({ ...PCM_TRACK, number, name: undefined }));
    const source = await openBytes(recording({ tracks: [video, a!, b!] }));

    expect(source.legs).toEqual([
      { channel: 'caller', track: 'track 2' },
      { channel: 'agent', track: 'track 3' },
    ]);
    expect(source.tracks.map((track) => track.name)).toEqual(['track 1', 'track 2', 'track 3']);
  });

  it('offers a video track when there is nothing else', async () => {
    const video = { number: 1, codecId: 'V_MPEG4/ISO/AVC', sampleRateHz: 8000, trackType: 1 };
    const source = await openBytes(recording({ tracks: [video] }));

    expect(source.legs).toEqual([{ channel: 'caller', track: undefined }]);
    expect(source.tracks[0]?.trackType).toBe(1);
  });

  it('follows track names where numbers change between fragments', async () => {
    const [first, second] = [
      recording({ tracks: [PCM_TRACK, AGENT_TRACK], timesMs: [START_MS] }),
      recording({
        tracks: [
          { ...PCM_TRACK, number: 2 },
          { ...AGENT_TRACK, number: 1 },
        ],
        timesMs: [START_MS + 1000],
      }),
    ];
    const source = await openBytes(concatBytes([first, second]));

    const [, fragment] = await fragmentsOf(source);

    // Track 2 of the second document (fill 20) is the caller's, number 1 in the first.
    expect(fragment?.blocks[0]).toMatchObject({ trackNumber: 1 });
    expect(fragment?.blocks[0]?.payload[0]).toBe(20);
  });
});

describe('openSource on a recording that cannot be played', () => {
  it.each([
    ['garbage called .mkv', Buffer.from('not Matroska at all'), 'is no Matroska file'],
    ['an empty .mkv', Buffer.alloc(0), 'is no Matroska file'],
    ['a header without media', recording().subarray(0, 150), 'holds no media'],
    ['a fragment without its end', recording({ isCutShort: true }), 'is cut short'],
    ['a body cut in a block', recording().subarray(0, -700), 'is cut short'],
    ['a body cut in a header', recording().subarray(0, headerOfSecond() + 60), 'is cut short'],
    ['time going back', recording({ timesMs: [START_MS, START_MS - 10] }), 'back in time by 74 ms'],
    ['damage', damaged(recording()), 'is damaged at byte'],
  ])('says what is wrong with %s', async (_, bytes, expected) => {
    const error = await refusal(bytes);

    expect(error.code).toBe('bad-audio');
    expect(error.message).toContain(expected);
    expect(error.message).not.toContain('\n');
  });

  it('does not take what is called .wav for a recording', async () => {
    expect((await refusal(Buffer.from('hello'), 'x.wav')).message).toContain('no audio file');
  });
});

/** A body of one fragment without any of the tags that GetMedia adds. */
function withoutTags(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes);
  const find = (id: string, from = 0): number => buffer.indexOf(Buffer.from(id, 'hex'), from);
  const [firstTags, cluster] = [find('1254c367'), find('1f43b675')];
  const lastTags = find('1254c367', cluster);
  return concatBytes([buffer.subarray(0, firstTags), buffer.subarray(cluster, lastTags)]);
}

/** Where the second document of a recording begins. */
function headerOfSecond(): number {
  return Buffer.from(recording()).indexOf(Buffer.from('1a45dfa3', 'hex'), 4);
}

/** The id of the first Cluster's Timestamp becomes no id at all. */
function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  const cluster = copy.indexOf(Buffer.from('1f43b675', 'hex'));
  copy.fill(0, cluster + 12, cluster + 40);
  return copy;
}
