import { callOptionsSchema } from '../../shared/call';
import type { CallOptions } from '../../shared/call';
import { badInput, readInput } from './read-input';

/** What our settings are called among a contact's attributes. */
const PREFIX = 'callscribe_';
/** Our own answers; a flow may have kept them as attributes. */
const ANSWERS = new Set(['callscribe_status', 'callscribe_call_id', 'callscribe_reason']);

type OptionName = keyof CallOptions;
const OPTION_NAMES = Object.keys(callOptionsSchema.shape) as OptionName[];
const BY_ATTRIBUTE = new Map(OPTION_NAMES.map((name) => [attributeName(name), name]));

/**
 * A call's options from attributes such as `callscribe_language`; every option has its attribute
 * in snake case, empty ones count as absent. Throws `bad-request` for a name or a value that is
 * wrong: a call transcribed with other settings than were asked for would go unnoticed.
 */
export function optionsFrom(attributes: Readonly<Record<string, string>>): CallOptions | undefined {
  const options: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(attributes)) {
    if (!name.startsWith(PREFIX) || ANSWERS.has(name) || text.trim() === '') continue;
    const option = BY_ATTRIBUTE.get(name);
    if (option === undefined) {
      const known = [...BY_ATTRIBUTE.keys()].join(', ');
      throw badInput('attribute', `${name} is no setting; there are ${known}`);
    }
    options[option] = valueOf(option, text.trim());
  }
  if (Object.keys(options).length === 0) return undefined;
  return readInput('attributes', callOptionsSchema, options);
}

/** `vocabularyName` is `callscribe_vocabulary_name`. */
function attributeName(option: string): string {
  return PREFIX + option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Attributes are texts; what is no truth value or number stays one, for the schema to refuse. */
function valueOf(option: OptionName, text: string): unknown {
  switch (option) {
    case 'partials':
    case 'suspendSilence':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text;
    case 'idleLimitSeconds':
    case 'maxDurationSeconds':
      return /^\d+$/.test(text) ? Number(text) : text;
    default:
      return text;
  }
}
