import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { compilePattern } from '../../../local/event-bridge/pattern';
import { callOptionsSchema } from '../../../shared/call';
import { EVENT_CATALOGUE } from '../../../shared/event-catalogue';
import { END_REASONS, GAP_REASONS } from '../../../shared/events';
import { callTranscribeShape } from '../../../shared/transcribe-options/schema';
import { readEventFile } from './event-files';

const text = readFileSync(join(__dirname, '../../../docs/events.md'), 'utf8');

const patterns = [...text.matchAll(/```json matches=(\S*)\n([^`]*)```/g)].map(
  ([, names = '', pattern = '']) => [names.split(',').filter(Boolean), pattern] as const,
);

it.each(patterns)('shows a rule that matches exactly %j', (names, pattern) => {
  const matches = compilePattern(pattern);

  const outputs = EVENT_CATALOGUE.filter(({ direction }) => direction === 'out');
  const found = outputs.map(({ name }) => name).filter((name) => matches(readEventFile(name)));

  expect(found).toEqual(names);
});

it('explains every event, option and reason', () => {
  const terms = [
    ...EVENT_CATALOGUE.filter(({ direction }) => direction === 'out').map(({ title }) => title),
    ...Object.keys(callOptionsSchema.shape)
      .filter((name) => !(name in callTranscribeShape))
      .map((name) => `\`${name}\``),
    ...[...GAP_REASONS, ...END_REASONS].map((name) => `\`${name}\``),
  ];

  expect(terms.filter((term) => !text.includes(term))).toEqual([]);
});

it('explains every member of what comes out', () => {
  const details = EVENT_CATALOGUE.filter(({ direction }) => direction === 'out').flatMap(
    ({ samples }) => samples.map((name) => readEventFile(name).detail as object),
  );
  const members = new Set(details.flatMap((detail) => membersOf(detail)));

  expect([...members].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

/** Names of members, also of those inside; attributes are anybody's. */
function membersOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const own = Array.isArray(value) ? [] : [name];
    const isOpen = typeof inner === 'object' && inner !== null && name !== 'attributes';
    return isOpen ? [...own, ...membersOf(inner)] : own;
  });
}
