import pc from 'picocolors';

type Environment = Readonly<Record<string, string | undefined>>;
type Colours = ReturnType<typeof pc.createColors>;

/**
 * Terminal escape sequences: CSI; the string sequences (OSC, DCS, SOS, PM, APC) up to their end;
 * and two-character ones. ECMA-48 gives each introducer a 7-bit (ESC x) and an 8-bit form.
 */
const ESCAPE_SEQUENCE = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]?',
    '(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)?',
    '\\u001b[ -/]*[0-~]?',
  ].join('|'),
  'g',
);
/** Anything that moves the text about: line breaks, tabs. */
const WHITE_SPACE = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Control characters, and the bidirectional overrides that can make a line read otherwise. */
const CONTROLS = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]', 'g');

/**
 * Text from outside as one line that a terminal only prints: escape sequences and control
 * characters are gone, white space that breaks lines is a space.
 */
export function printable(text: string): string {
  return text.replace(ESCAPE_SEQUENCE, '').replace(WHITE_SPACE, ' ').replace(CONTROLS, '');
}

/**
 * One JSON value as one line, newline included. Control characters are escaped (JSON.stringify
 * leaves DEL and the C1 range as they are), so that the value survives and a terminal does too.
 */
export function jsonLine(value: unknown): string {
  const escaped = JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}

/** Colours only on a terminal that has them, and never with NO_COLOR (https://no-color.org). */
export function coloursFor(stream: { readonly isTTY?: boolean }, env: Environment): Colours {
  const isForbidden = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return pc.createColors(stream.isTTY === true && !isForbidden);
}
