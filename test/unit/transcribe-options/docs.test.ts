import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseTranscribeOptions } from '../../../shared/transcribe-options/parse';
import { TRANSCRIBE_OPTIONS, optionName } from '../../../shared/transcribe-options/table';

const text = readFileSync(join(__dirname, '../../../docs/options.md'), 'utf8');
const examples = [...text.matchAll(/```json options\n([^`]*)```/g)].map(([, json = '']) => json);

it.each(TRANSCRIBE_OPTIONS.map((row) => [optionName(row), row] as const))(
  'describes %s with its rule and its header',
  (name, { rule, header = '', description }) => {
    const section = text.split(`### \`${name}\`\n`)[1]?.split('### ')[0];

    expect(section).toContain(description);
    expect(section).toContain(`Must be ${rule}.`);
    expect(section).toContain(header);
  },
);

it.each(examples)('shows options that are valid: %s', (json) => {
  expect(() => parseTranscribeOptions(JSON.parse(json))).not.toThrow();
});

it('shows an example of Call Analytics', () => {
  expect(examples.join()).toContain('callAnalytics');
});
