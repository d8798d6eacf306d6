import { coloursFor, jsonLine, printable } from '../../../local/cli/output/terminal';

describe('printable', () => {
  it.each([
    ['a colour', 'a\u001b[31mred\u001b[0mb', 'aredb'],
    ['a cursor move in 8-bit form', 'a\u009b2Jb', 'ab'],
    ['a window title', 'a\u001b]0;title\u0007b', 'ab'],
    ['a hyperlink ended by ST', 'a\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\b', 'alinkb'],
    ['a device control string without an end', 'a\u001bPq#0;2', 'a'],
    ['a two-character sequence', 'a\u001bcb', 'ab'],
    ['a lone ESC at the end', 'a\u001b', 'a'],
    ['bells and backspaces', 'a\u0007\u0008b', 'ab'],
    ['line breaks', 'a\r\nb\u2028c', 'a b c'],
    ['bidirectional overrides', 'a\u202eb\u2066c', 'abc'],
  ])('takes out %s', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('keeps words of any script, and brackets', () => {
    expect(printable('Grüße 你好 [31m #*')).toBe('Grüße 你好 [31m #*');
  });
});

describe('jsonLine', () => {
  it('escapes what a terminal would obey, without loss', () => {
    const value = { text: 'a\u001b[31m\u009b2J\u007f\u2028' };

    const line = jsonLine(value);

    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line)).toEqual(value);
  });
});

describe('coloursFor', () => {
  const terminal = { isTTY: true };

  it('colours a terminal', () => {
    expect(coloursFor(terminal, {}).red('x')).toBe('\u001b[31mx\u001b[39m');
  });

  it.each([
    ['a pipe', {}, {}],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }],
    ['a dumb terminal', terminal, { TERM: 'dumb' }],
  ])('leaves %s plain', (_, stream, env) => {
    expect(coloursFor(stream, env).red('x')).toBe('x');
  });

  it('takes an empty NO_COLOR as unset', () => {
    expect(coloursFor(terminal, { NO_COLOR: '' }).isColorSupported).toBe(true);
  });
});
