import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KinesisVideoOptions } from '../../../local/kinesis-video/options';
import { putMedia } from '../../../local/kinesis-video/producer';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import { closeAll, each, makeFragments, readMedia, start, TRACK } from './support';

let dataDir = '';

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kinesis-video-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(dataDir, { recursive: true, force: true });
});

function restart(options?: KinesisVideoOptions): Promise<KinesisVideoStandIn> {
  return start({ dataDir, ...options });
}

async function play(standIn: KinesisVideoStandIn, from: number, to: number): Promise<string[]> {
  const { fragmentNumbers } = await putMedia({
    endpoint: standIn.url,
    stream: 'calls',
    tracks: [TRACK],
    tags: [{ name: 'ContactId', value: 'contact-1' }],
    fragments: each(makeFragments(to).slice(from)),
  });
  return [...fragmentNumbers];
}

async function readAll(standIn: KinesisVideoStandIn, count: number) {
  const reader = await readMedia(standIn, 'calls');
  await reader.until(() => reader.completed.length === count);
  return reader;
}

function streamFile(name: string): string {
  return join(dataDir, readdirSync(dataDir)[0] ?? '', name);
}

describe('a data directory', () => {
  it('brings streams and fragments back after a restart, with the same numbers and bytes', async () => {
    const before = await restart();
    const arn = before.createStream('calls', { retentionHours: 1 });
    const numbers = await play(before, 0, 3);
    const blocksBefore = (await readAll(before, 3)).of('block');
    await closeAll();

    const after = await restart();
    const reader = await readAll(after, 3);

    expect(after.streams()).toEqual([{ name: 'calls', arn }]);
    expect(reader.completed).toEqual(numbers);
    expect(reader.of('block')).toEqual(blocksBefore);
    expect(reader.of('start')[2]?.tags.get('ContactId')).toBe('contact-1');
  });

  it('goes on with higher numbers after the ones it found', async () => {
    const before = await restart();
    before.createStream('calls', { retentionHours: 1 });
    const old = await play(before, 0, 2);
    await closeAll();

    const after = await restart();
    const added = await play(after, 2, 4);
    const reader = await readAll(after, 4);

    expect(reader.completed).toEqual([...old, ...added]);
    expect([...reader.completed].sort()).toEqual(reader.completed);
  });

  it('loses only the fragment that a crash cut in the index, also after the next start', async () => {
    const before = await restart();
    before.createStream('calls', { retentionHours: 1 });
    const old = await play(before, 0, 2);
    await closeAll();
    appendFileSync(streamFile('fragments.jsonl'), '{"number":"91');

    const crashed = await restart();
    const added = await play(crashed, 2, 3);
    await closeAll();
    const reader = await readAll(await restart(), 3);

    expect(reader.completed).toEqual([...old, ...added]);
  });

  it('forgets a fragment whose media did not reach the disk', async () => {
    const before = await restart();
    before.createStream('calls', { retentionHours: 1 });
    const [first] = await play(before, 0, 2);
    await closeAll();
    const media = streamFile('media.bin');
    truncateSync(media, statSync(media).size - 1);

    const reader = await readAll(await restart(), 1);

    expect(reader.completed).toEqual([first]);
  });

  it('serves from disk what no longer fits memory', async () => {
    const standIn = await restart({ limits: { memoryBytes: 1000 } });
    standIn.createStream('calls', { retentionHours: 1 });

    const numbers = await play(standIn, 0, 8);
    const reader = await readAll(standIn, 8);

    expect(reader.completed).toEqual(numbers);
    expect(standIn.statistics().mediaBytes).toBeLessThanOrEqual(2000);
  });

  it('gives the space back when all has expired by the next start', async () => {
    let nowMs = 1_800_000_000_000;
    const before = await restart({ nowMs: () => nowMs });
    before.createStream('calls', { retentionHours: 1 });
    await play(before, 0, 2);
    await closeAll();
    nowMs += 2 * 3_600_000;

    const after = await restart({ nowMs: () => nowMs });

    expect(after.fragments('calls')).toEqual([]);
    expect(statSync(streamFile('media.bin')).size).toBe(0);
  });

  it('holds nothing of a deleted stream', async () => {
    const standIn = await restart();
    standIn.createStream('calls', { retentionHours: 1 });
    await play(standIn, 0, 1);

    standIn.deleteStream('calls');

    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('shows no stream name on disk', async () => {
    const standIn = await restart();

    standIn.createStream('call-from-someone');

    expect(readdirSync(dataDir).join()).not.toContain('someone');
  });
});
