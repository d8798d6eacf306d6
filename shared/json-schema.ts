import { z } from 'zod';

/** The dialect that the EventBridge schema registry takes. */
export const DRAFT_4 = 'http://json-schema.org/draft-04/schema#';

/** What is read of an event to publish its schema. */
export interface Described {
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType;
}

/**
 * JSON Schema (draft 4) of what a receiver may rely on. Members that the schema does not name are
 * allowed, so that later versions may add some; rules that JSON Schema cannot say are left out.
 */
export function draft4Schema({ title, description, schema }: Described): Record<string, unknown> {
  const { $schema: _dialect, ...body } = z.toJSONSchema(schema, {
    target: 'draft-4',
    io: 'input',
    override: ({ jsonSchema }) => simplify(jsonSchema),
  });
  return { $schema: DRAFT_4, title, description, ...body };
}

/** Says the same shorter, and only with words that later drafts read the same way. */
function simplify(schema: Record<string, unknown>): void {
  if (schema.type === 'integer') {
    if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
    if (schema.exclusiveMinimum === true) {
      schema.minimum = Number(schema.minimum) + 1;
      delete schema.exclusiveMinimum;
    }
  }
  if (schema.format === 'date-time' && typeof schema.pattern === 'string') {
    // The format says it all, but for the offset: some of our times are UTC only.
    if (schema.pattern.includes('(?:Z)')) schema.pattern = 'Z$';
    else delete schema.pattern;
  }
}
