import { callOptionsSchema } from '../../shared/call';
import type { CallOptions } from '../../shared/call';
import {
  CALL_TRANSCRIBE_OPTIONS,
  setOption,
  snakeName,
  valueFromText,
} from '../../shared/transcribe-options/from-text';
import type { TranscribeOption } from '../../shared/transcribe-options/table';
import { badInput, readInput } from './read-input';

/** What our settings are called among a contact's attributes. */
const PREFIX = 'callscribe_';
/** Our own answers; a flow may have kept them as attributes. */
const ANSWERS = new Set(['callscribe_status', 'callscribe_call_id', 'callscribe_reason']);

type TextOption = Pick<TranscribeOption, 'path' | 'kind'>;

/** The options that are none of Transcribe's. */
const OWN_OPTIONS: readonly TextOption[] = [
  { path: ['partials'], kind: 'flag' },
  { path: ['suspendSilence'], kind: 'flag' },
  { path: ['idleLimitSeconds'], kind: 'number' },
  { path: ['maxDurationSeconds'], kind: 'number' },
];

const BY_ATTRIBUTE = new Map(
  [...CALL_TRANSCRIBE_OPTIONS, ...OWN_OPTIONS].map((option) => [
    PREFIX + snakeName(option),
    option,
  ]),
);

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
      const hint = `such as ${PREFIX}language, see docs/options.md`;
      throw badInput('attribute', `${name} is none of the settings (${hint})`);
    }
    setOption(options, option, valueFromText(option, text));
  }
  if (Object.keys(options).length === 0) return undefined;
  return readInput('attributes', callOptionsSchema, options);
}
