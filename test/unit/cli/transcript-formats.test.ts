import { renderTranscript, type TranscriptFormat } from '../../../local/cli/commands/transcript';
import { sortByTimeline, type TranscriptEntry } from '../../../local/cli/format/entry';
import { formatCueTime, formatLength, formatPosition } from '../../../local/cli/format/position';
import { coloursFor } from '../../../local/cli/output/terminal';
import { gapEntry, segmentEntry } from '../../support/transcript-entries';

const PLAIN = coloursFor({}, {});
const COLOURED = coloursFor({ isTTY: true }, {});

function render(entries: TranscriptEntry[], format: TranscriptFormat, gaps = false): string {
  return [...renderTranscript(entries, { format, gaps }, PLAIN)].join('');
}

describe('sortByTimeline', () => {
  it('sorts by start, the caller before the agent, then by seq', () => {
    const entries = [
      segmentEntry({ seq: 9, startMs: 500 }),
      segmentEntry({ seq: 3, startMs: 100, channel: 'agent' }),
      segmentEntry({ seq: 8, startMs: 100 }),
      segmentEntry({ seq: 7, startMs: 100 }),
    ];

    expect(sortByTimeline(entries).map((entry) => entry.seq)).toEqual([7, 8, 3, 9]);
  });
});

describe('text', () => {
  it('shows position, speaker, text and gaps', () => {
    expect(render([segmentEntry(), gapEntry()], 'text')).toBe(
      '00:01.000  Caller:  good morning\n' +
        '00:01.500  Agent:   [2.1 s not heard: audio is missing from the stream]\n',
    );
  });

  it('keeps escape sequences in words from the terminal', () => {
    const text = render([segmentEntry({ text: 'a\u001b]0;x\u0007b\nc' })], 'text');

    expect(text).toBe('00:01.000  Caller:  ab c\n');
  });

  it('tells the channels apart by colour', () => {
    const [caller, agent] = renderTranscript(
      [segmentEntry(), segmentEntry({ channel: 'agent' })],
      { format: 'text' },
      COLOURED,
    );

    expect(caller).toContain('\u001b[36mCaller:');
    expect(agent).toContain('\u001b[32mAgent: ');
  });
});

describe('json', () => {
  it('prints one segment a line with its fields in order', () => {
    const line = render([segmentEntry()], 'json');

    expect(JSON.parse(line)).toEqual({
      callId: 'call-1',
      seq: 4,
      channel: 'caller',
      startMs: 1000,
      endMs: 2000,
      startTime: '2026-01-31T10:00:01.000Z',
      text: 'good morning',
      words: [
        { text: 'good', startMs: 1000, endMs: 1400, confidence: 0.9 },
        { text: 'morning', startMs: 1500, endMs: 2000 },
      ],
      resultId: 'r-1',
      sessionOrdinal: 1,
      languageCode: 'en-US',
    });
    expect(line).toMatch(/^\{"callId":"call-1","seq":4,"channel":"caller","startMs":1000,/);
    expect(line.indexOf('\n')).toBe(line.length - 1);
  });

  it('prints whatever else there is to say about words and segments', () => {
    const word = { text: 'darn', startMs: 1, endMs: 2, speaker: '0', vocabularyFilterMatch: true };
    const entry = segmentEntry({ words: [word], sentiment: 'NEGATIVE' });

    expect(JSON.parse(render([entry], 'json'))).toMatchObject({
      words: [word],
      sentiment: 'NEGATIVE',
    });
  });

  it('leaves gaps out unless they are asked for', () => {
    const entries = [segmentEntry(), gapEntry()];

    expect(render(entries, 'json').trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(render(entries, 'json', true).split('\n')[1] ?? '')).toEqual({
      type: 'gap',
      callId: 'call-1',
      seq: 5,
      channel: 'agent',
      startMs: 1500,
      endMs: 3600,
      startTime: '2026-01-31T10:00:01.500Z',
      reason: 'hole',
    });
  });
});

describe('vtt', () => {
  it('writes a header and cues with voice tags', () => {
    expect(render([segmentEntry(), gapEntry()], 'vtt', true)).toBe(
      'WEBVTT\n\n' +
        '00:00:01.000 --> 00:00:02.000\n<v Caller>good morning</v>\n\n' +
        '00:00:01.500 --> 00:00:03.600\n' +
        '<v Agent>[2.1 s not heard: audio is missing from the stream]</v>\n\n',
    );
  });

  it('escapes markup', () => {
    expect(render([segmentEntry({ text: 'a <b> & --> c' })], 'vtt')).toContain(
      '<v Caller>a &lt;b&gt; &amp; --&gt; c</v>',
    );
  });

  it('is a valid file without cues', () => {
    expect(render([], 'vtt')).toBe('WEBVTT\n\n');
  });
});

describe('srt', () => {
  it('numbers its cues from 1', () => {
    expect(render([gapEntry(), segmentEntry(), segmentEntry({ channel: 'agent' })], 'srt')).toBe(
      '1\n00:00:01,000 --> 00:00:02,000\nCaller: good morning\n\n' +
        '2\n00:00:01,000 --> 00:00:02,000\nAgent: good morning\n\n',
    );
  });

  it('lets no text pass for a time line or end a cue', () => {
    const text = render([segmentEntry({ text: 'a --> b\n\nc', endMs: 1000 })], 'srt');

    expect(text).toBe('1\n00:00:01,000 --> 00:00:01,001\nCaller: a -> b c\n\n');
  });
});

describe('positions', () => {
  it('shows hours only when there are some', () => {
    expect([0, 61_234, 3_600_000 * 12 + 5].map(formatPosition)).toEqual([
      '00:00.000',
      '01:01.234',
      '12:00:00.005',
    ]);
  });

  it('rounds lengths to seconds', () => {
    expect([499, 59_600, 3_661_000].map(formatLength)).toEqual(['0:00', '1:00', '1:01:01']);
  });

  it('always shows hours in cue times', () => {
    expect(formatCueTime(3_723_004, ',')).toBe('01:02:03,004');
  });
});
