import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { EVENT_CATALOGUE } from '../shared/event-catalogue';
import type { RegisteredSchema } from './constructs/event-schemas';

/** The JSON Schemas of `events/`, one for each message there is, compact as they are sent. */
export function loadSchemas(folder: string): RegisteredSchema[] {
  return EVENT_CATALOGUE.map(({ name, title, description }) => {
    const file = readFileSync(join(folder, `${name}.schema.json`), 'utf8');
    return { name, title, description, content: JSON.stringify(JSON.parse(file)) };
  });
}
