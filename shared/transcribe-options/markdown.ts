import { kebabName, snakeName } from './from-text';
import { optionName, TRANSCRIBE_OPTIONS, type TranscribeOption } from './table';

/** What an option is called in a flow's attributes. */
const ATTRIBUTE_PREFIX = 'callscribe_';

/** The options as docs/options.md shows them; `events/generate.mjs` puts it there. */
export function optionsMarkdown(): string {
  return TRANSCRIBE_OPTIONS.map(section).join('\n\n');
}

function section(row: TranscribeOption): string {
  const { member, header, kind, description, rule, example, allowed, scope, inCallAnalytics } = row;
  const attribute = scope === 'call' ? `\`${ATTRIBUTE_PREFIX}${snakeName(row)}\`` : 'no';
  const lines = [
    `### \`${optionName(row)}\``,
    '',
    description,
    '',
    `- Must be ${rule}. Example: \`${JSON.stringify(example)}\``,
    `- A ${kind}; as a flag \`--${kebabName(row)}\`, as a contact attribute ${attribute}`,
    `- Amazon's name: \`${member}\`${header === undefined ? ' (ConfigurationEvent)' : `, header \`x-amzn-transcribe-${header}\``}`,
  ];
  if (allowed !== undefined)
    lines.push(`- Values: ${allowed.map((value) => `\`${value}\``).join(', ')}`);
  if (!inCallAnalytics) lines.push('- Not with `callAnalytics`');
  if (scope === 'audio') lines.push('- For audio of your own only: a call has it from its stream');
  return lines.join('\n');
}
