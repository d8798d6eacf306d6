import { CALL_ID_PATTERN } from '../../shared/call';
import { CliError, EXIT } from './cli-error';

/** Refuses what cannot be a call id before anything is asked or sent. */
export function checkedCallId(text: string): string {
  if (CALL_ID_PATTERN.test(text)) return text;
  throw new CliError(
    EXIT.usage,
    'this is no call id: it has 1 to 128 characters of A-Z a-z 0-9 . _ : -',
  );
}

/** The id of a call that was given none: `cli-`, UTC time to the second, and four random letters. */
export function newCallId(nowMs: number, random: () => number): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '');
  const letters = Array.from({ length: 4 }, () => Math.floor(random() * 36).toString(36));
  return `cli-${time}-${letters.join('')}`;
}
