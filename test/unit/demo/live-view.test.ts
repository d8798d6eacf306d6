import { LiveView } from '../../../local/demo/live-view';
import type { SegmentEntry } from '../../../local/cli/format/entry';
import type { PartialItem } from '../../../local/cli/tail/tail-item';

/** Keeps what a terminal would show of what is written to it. */
class FakeTerminal {
  readonly columns = 40;
  written = '';

  constructor(readonly isTTY: boolean) {}

  write(text: string): boolean {
    this.written += text;
    return true;
  }

  /** The lines on the screen, by the two sequences that the view uses; colours are left out. */
  get lines(): string[] {
    let lines = [''];
    for (const part of this.written.split(/(\u001b\[\d+A\r\u001b\[J|\n)/)) {
      const up = /\u001b\[(\d+)A/.exec(part);
      if (up) lines = [...lines.slice(0, -1 - Number(up[1])), ''];
      else if (part === '\n') lines.push('');
      else lines.push((lines.pop() ?? '') + part.replace(/\u001b\[\d+m/g, ''));
    }
    return lines.slice(0, -1);
  }
}

function setUp(isTTY = true) {
  const terminal = new FakeTerminal(isTTY);
  return { terminal, view: new LiveView(terminal as unknown as NodeJS.WriteStream, {}) };
}

function partial(channel: 'caller' | 'agent', text: string): PartialItem {
  const place = { callId: 'c', startMs: 1000, endMs: 2000, startTime: '2026-01-01T00:00:00.000Z' };
  return { type: 'partial', channel, text, resultId: 'r', sessionOrdinal: 1, ...place };
}

function segment(channel: 'caller' | 'agent', text: string): SegmentEntry {
  return { ...partial(channel, text), type: 'segment', seq: 3, words: [] };
}

describe('LiveView', () => {
  it('rewrites a partial result as it grows', async () => {
    const { view, terminal } = setUp();

    await view.showPartial(partial('caller', 'hello'));
    await view.showPartial(partial('caller', 'hello there'));

    expect(terminal.lines).toEqual(['00:01.000  Caller:  hello there']);
  });

  it('has a line for each side that is speaking, below what is final', async () => {
    const { view, terminal } = setUp();

    await view.showPartial(partial('agent', 'please'));
    await view.showPartial(partial('caller', 'yes'));
    await view.print(segment('agent', 'please hold'));

    expect(terminal.lines).toEqual(['00:01.000  Agent:   please hold', '00:01.000  Caller:  yes']);
  });

  it('shows the end of what does not fit into the line', async () => {
    const { view, terminal } = setUp();

    await view.showPartial(partial('caller', 'one two three four five six seven'));

    const [line = ''] = terminal.lines;
    expect(line).toMatch(/^00:01\.000 {2}Caller: {2}….*five six seven$/);
    expect(line.length).toBeLessThan(terminal.columns);
  });

  it('takes partial results away', async () => {
    const { view, terminal } = setUp();

    await view.showPartial(partial('caller', 'hello'));
    await view.clear();

    expect(terminal.lines).toEqual([]);
  });

  it('keeps what is said aside above partial results', async () => {
    const { view, terminal } = setUp();

    await view.showPartial(partial('caller', 'hello'));
    await view.aside('worker killed');

    expect(terminal.lines).toEqual(['worker killed', '00:01.000  Caller:  hello']);
  });

  it('leaves control characters of a transcript out', async () => {
    const { view, terminal } = setUp();

    await view.showPartial(partial('caller', 'a\u001b[2Jb\nc'));

    expect(terminal.lines).toEqual(['00:01.000  Caller:  ab c']);
  });

  it('prints what is final, and nothing else, where there is no terminal', async () => {
    const { view, terminal } = setUp(false);

    await view.showPartial(partial('caller', 'hello'));
    await view.print(segment('caller', 'hello there'));

    expect(terminal.written).toBe('00:01.000  Caller:  hello there\n');
  });
});
