import { callIdSchema, callRequestSchema, type CallRequest } from '../../../shared/call';

/** A problem names at most so many fields, each cut to a length that no one's data needs. */
const MAX_ISSUES = 10;
const MAX_NAME_LENGTH = 64;
const MAX_MESSAGE_LENGTH = 200;

export type ReadRequest =
  | { readonly ok: true; readonly request: CallRequest }
  /** `callId` is there when the message at least names a call. */
  | { readonly ok: false; readonly problem: string; readonly callId?: string };

/** Reads a queue message's body. The problem names fields, never their values. */
export function readRequest(body: string): ReadRequest {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    return { ok: false, problem: 'the message is not JSON' };
  }
  const parsed = callRequestSchema.safeParse(raw);
  if (parsed.success) return { ok: true, request: parsed.data };
  const { issues } = parsed.error;
  const problems = issues.slice(0, MAX_ISSUES).map(({ path, message }) => {
    const field = path.map(fieldName).join('.') || '(message)';
    return `${field}: ${message.slice(0, MAX_MESSAGE_LENGTH)}`;
  });
  if (issues.length > MAX_ISSUES) problems.push(`and ${issues.length - MAX_ISSUES} more`);
  const callId = callIdSchema.safeParse((raw as { callId?: unknown } | null)?.callId);
  return {
    ok: false,
    problem: problems.join('; ').replace(/[^\x20-\x7e]/g, '?'),
    ...(callId.success ? { callId: callId.data } : {}),
  };
}

function fieldName(part: PropertyKey): string {
  return String(part).slice(0, MAX_NAME_LENGTH);
}
