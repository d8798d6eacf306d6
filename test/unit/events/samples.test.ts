import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { EVENT_CATALOGUE } from '../../../shared/event-catalogue';
import { DETAIL_TYPES, INPUT_DETAIL_TYPES } from '../../../shared/events';
import { DRAFT_4, draft4Schema } from '../../../shared/json-schema';
import { EVENTS_FOLDER, eventFileNames, readEventFile, schemaValidator } from './event-files';
import type { JsonObject } from './event-files';
import { mutantsOf } from './mutants';

/** What draft 4 knows and later drafts did not change the meaning of. */
const COMMON_WORDS = new Set(
  (
    'title description type properties required items enum anyOf oneOf additionalProperties format ' +
    'pattern minimum maximum minLength maxLength minItems maxItems'
  ).split(' '),
);

const samples = EVENT_CATALOGUE.flatMap((event) =>
  event.samples.map((sample) => [sample, event] as const),
);

describe.each(samples)('events/%s.json', (sample, event) => {
  it('fits its JSON Schema', () => {
    expect(schemaValidator(event)(readEventFile(sample))).toBe(true);
  });

  it('is parsed, and without loss where we define it', () => {
    const message = readEventFile(sample);
    const isAmazons = /^(connect|chime)-/.test(event.name);

    const parsed = event.schema.parse(message) as JsonObject;

    if (isAmazons) expect(message).toMatchObject(parsed);
    else expect(parsed).toEqual(message);
  });

  it('is judged alike by JSON Schema and by the parser however it is damaged', () => {
    const isValid = schemaValidator(event);

    const mutants = mutantsOf(readEventFile(sample));
    const disagreements = mutants
      .filter(({ value }) => isValid(value) !== event.schema.safeParse(value).success)
      .map(({ how }) => how);

    expect(mutants.length).toBeGreaterThan(20);
    expect(disagreements).toEqual([]);
  });
});

describe.each(EVENT_CATALOGUE.map((event) => [event.name, event] as const))(
  'events/%s.schema.json',
  (name, event) => {
    it('is what the definitions make', () => {
      expect(readEventFile(`${name}.schema`)).toEqual(draft4Schema(event));
    });

    it('keeps to the words that draft 4 and later drafts share', () => {
      const { $schema, ...schema } = readEventFile(`${name}.schema`);

      expect($schema).toBe(DRAFT_4);
      expect(wordsOf(schema).filter((word) => !COMMON_WORDS.has(word))).toEqual([]);
    });
  },
);

it('has a sample for every detail type, and no file that nobody checks', () => {
  const titles = EVENT_CATALOGUE.map(({ title }) => title);
  const known = EVENT_CATALOGUE.flatMap(({ name, samples: own }) => [...own, `${name}.schema`]);

  expect(titles).toEqual(
    expect.arrayContaining([...Object.values(DETAIL_TYPES), ...Object.values(INPUT_DETAIL_TYPES)]),
  );
  expect(eventFileNames().sort()).toEqual(known.sort());
});

it('finds every schema file as the generator would write it', () => {
  const check = () =>
    execFileSync(process.execPath, [join(EVENTS_FOLDER, 'generate.mjs'), '--check']);

  expect(check).not.toThrow();
});

/** Keywords of a schema and the schemas inside it; names of properties are no keywords. */
function wordsOf(schema: object): string[] {
  return Object.entries(schema).flatMap(([word, value]: [string, unknown]) => [
    word,
    ...(word === 'properties' ? Object.values(value as object) : [value])
      .flatMap((inner: unknown) => (Array.isArray(inner) ? (inner as unknown[]) : [inner]))
      .filter((inner): inner is object => typeof inner === 'object' && inner !== null)
      .flatMap(wordsOf),
  ]);
}
