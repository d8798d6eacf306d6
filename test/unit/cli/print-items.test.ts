import { PassThrough } from 'node:stream';

import { ItemPrinter, type PrintOptions } from '../../../local/cli/tail/print-items';
import { itemOfRecord, type PartialItem, type TailItem } from '../../../local/cli/tail/tail-item';
import { facts, logOf } from '../../support/call-records';
import { gapEntry, segmentEntry } from '../../support/transcript-entries';

const PARTIAL: PartialItem = {
  type: 'partial',
  callId: 'call-1',
  channel: 'caller',
  startMs: 1000,
  endMs: 1500,
  startTime: '2026-01-31T10:00:01.000Z',
  text: 'good mor',
  resultId: 'r-1',
  sessionOrdinal: 1,
};

async function printed(
  items: readonly TailItem[],
  options: Partial<PrintOptions> & { isTTY?: boolean } = {},
): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY: options.isTTY === true, columns: 60 });
  const printer = new ItemPrinter({
    isJson: false,
    withPartials: false,
    withCallId: false,
    env: { NO_COLOR: '1' },
    ...options,
    stream: stream as unknown as NodeJS.WriteStream,
  });
  for (const item of items) await printer.print(item);
  printer.close();
  return String(stream.read() ?? '');
}

const milestones = logOf('c', facts.started('c'), facts.completed(), facts.failed()).map((record) =>
  itemOfRecord(record)!,
);

describe('ItemPrinter', () => {
  it('prints segments, gaps and milestones as lines', async () => {
    expect(await printed([segmentEntry(), gapEntry(), ...milestones])).toBe(
      '00:01.000  Caller:  good morning\n' +
        '00:01.500  Agent:   [2.1 s not heard: audio is missing from the stream]\n' +
        'started: caller and agent\n' +
        'completed (ended): 1:01\n' +
        'failed (unsupported-codec): track 1 has CodecID "A_OPUS"\n',
    );
  });

  it('names the categories that a call has come to match', async () => {
    const category: TailItem = {
      type: 'category',
      callId: 'call-1',
      seq: 9,
      name: 'missing parcel',
      ranges: [],
      sessionOrdinal: 1,
    };

    expect(await printed([category])).toBe('category: missing parcel\n');
    expect(JSON.parse(await printed([category], { isJson: true }))).toEqual(category);
  });

  it('says which call a line belongs to when there are several', async () => {
    expect(await printed([segmentEntry()], { withCallId: true })).toBe(
      'call-1  00:01.000  Caller:  good morning\n',
    );
  });

  it('shows no partials where they cannot be taken back', async () => {
    expect(await printed([PARTIAL])).toBe('');
    expect(await printed([PARTIAL], { isJson: true })).toBe('');
  });

  it('rewrites partials in place on a terminal until the segment comes', async () => {
    const text = await printed([PARTIAL, { ...PARTIAL, text: 'good morning' }, segmentEntry()], {
      isTTY: true,
    });

    expect(text).toBe(
      '\r\u001b[K00:01.000 Caller: good mor' +
        '\r\u001b[K00:01.000 Caller: good morning' +
        '\r\u001b[K00:01.000  Caller:  good morning\n',
    );
  });

  it('keeps a partial within the line and free of escape sequences', async () => {
    const text = await printed([{ ...PARTIAL, text: `${'long '.repeat(30)}\u001b[2Jend` }], {
      isTTY: true,
    });

    const [, line] = text.split('\r\u001b[K');
    expect(line).toHaveLength(59);
    expect(line).toMatch(/^….*long end$/);
  });

  it('prints JSON as transcript does, and milestones with their type', async () => {
    const lines = (await printed([segmentEntry(), gapEntry(), ...milestones], { isJson: true }))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

    expect(lines.map((line) => line.type)).toEqual([
      undefined,
      'gap',
      'started',
      'completed',
      'failed',
    ]);
    expect(lines[2]).toEqual({
      type: 'started',
      callId: 'c',
      seq: 1,
      channels: ['caller', 'agent'],
    });
  });

  it('prints partials as JSON when asked', async () => {
    const text = await printed([PARTIAL], { isJson: true, withPartials: true });

    expect(JSON.parse(text)).toEqual(PARTIAL);
  });
});
