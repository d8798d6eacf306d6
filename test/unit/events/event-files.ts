import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import Ajv from 'ajv';
import addFormats from 'ajv-formats';

import type { CataloguedEvent } from '../../../shared/event-catalogue';

export const EVENTS_FOLDER = join(__dirname, '../../../events');

export type JsonObject = Record<string, unknown>;

export function readEventFile(name: string): JsonObject {
  return JSON.parse(readFileSync(join(EVENTS_FOLDER, `${name}.json`), 'utf8')) as JsonObject;
}

/** Names, without `.json`, of all samples and schemas in `events/`. */
export function eventFileNames(): string[] {
  return readdirSync(EVENTS_FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}

/**
 * Validates against the schema file with a validator that knows nothing of zod. Our files use
 * only words that draft 4 and draft 7 read alike (another test sees to it), so that a validator
 * of the later draft may judge them.
 */
export function schemaValidator({ name }: CataloguedEvent): (value: unknown) => boolean {
  const { $schema: _draft4, ...schema } = readEventFile(`${name}.schema`);
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  return (value) => validate(value);
}
