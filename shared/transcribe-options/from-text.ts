import { TRANSCRIBE_OPTIONS, type TranscribeOption } from './table';

/**
 * An option's value from a text, for flags and contact attributes. A text that is no truth value
 * or number stays one, for the schema to refuse.
 */
export function valueFromText({ kind }: Pick<TranscribeOption, 'kind'>, text: string): unknown {
  const trimmed = text.trim();
  switch (kind) {
    case 'flag':
      return /^true$/i.test(trimmed) ? true : /^false$/i.test(trimmed) ? false : trimmed;
    case 'number':
      return /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : trimmed;
    case 'list':
      return trimmed
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'text':
      return trimmed;
  }
}

/** Puts a value where the option stands in an options object, making the objects on the way. */
export function setOption(
  options: Record<string, unknown>,
  { path }: Pick<TranscribeOption, 'path'>,
  value: unknown,
): void {
  if (path[0] === 'callAnalytics' && path.length === 1) {
    // As a text it is a flag; what is none is left to the schema to refuse.
    if (value === true) options.callAnalytics ??= {};
    else options.callAnalytics = value;
    return;
  }
  let place = options;
  for (const name of path.slice(0, -1)) place = objectAt(place, name);
  place[path.at(-1) ?? ''] = value;
}

/** `callAnalytics.postCall.outputLocation` as `call-analytics-post-call-output-location`. */
export function kebabName({ path }: Pick<TranscribeOption, 'path'>): string {
  return wordsOf(path).join('-');
}

/** The same with underscores. */
export function snakeName({ path }: Pick<TranscribeOption, 'path'>): string {
  return wordsOf(path).join('_');
}

/** Options that may be set for a call. */
export const CALL_TRANSCRIBE_OPTIONS = TRANSCRIBE_OPTIONS.filter(({ scope }) => scope === 'call');

function wordsOf(path: readonly string[]): string[] {
  return path
    .flatMap((name) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).split('_'))
    .map((word) => word.toLowerCase());
}

function objectAt(place: Record<string, unknown>, name: string): Record<string, unknown> {
  const present = place[name];
  if (typeof present === 'object' && present !== null) return present as Record<string, unknown>;
  const made: Record<string, unknown> = {};
  place[name] = made;
  return made;
}
