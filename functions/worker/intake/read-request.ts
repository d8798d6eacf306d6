import { callIdSchema, callRequestSchema, type CallRequest } from '../../../shared/call';

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
  const problem = parsed.error.issues
    .map((issue) => `${issue.path.join('.') || '(message)'}: ${issue.message}`)
    .join('; ');
  const callId = callIdSchema.safeParse((raw as { callId?: unknown } | null)?.callId);
  return { ok: false, problem, ...(callId.success ? { callId: callId.data } : {}) };
}
