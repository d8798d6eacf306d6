import type { Fault, FaultBoard } from '../faults/fault-board';

/**
 * Faults before the stream: the request is answered with an error. Asked once per request.
 * `credentials-rotated`: the request's key is refused; with settings `accessKeyId` and
 * `secretAccessKey` the stand-in accepts only those from then on.
 */
export const REFUSAL_KINDS = [
  'refuse-internal-failure',
  'refuse-service-unavailable',
  'refuse-limit-exceeded',
  'refuse-conflict',
  'credentials-rotated',
] as const;

/**
 * Faults inside a session. Asked when it starts and then once per second of its audio; setting
 * `afterMs` (default 0) puts the strike that much audio later. Each kind strikes a session once.
 */
export const SESSION_KINDS = [
  // Exceptions in the result stream, which then ends.
  'internal-failure',
  'service-unavailable',
  'limit-exceeded',
  'conflict',
  'bad-request-idle',
  'bad-request-too-big',
  'signature-expired',
  /** RST_STREAM; setting `code` (default 2, INTERNAL_ERROR). */
  'rst-stream',
  /** The result stream ends without an error and without the finals. */
  'fin',
  'tcp-reset',
  /** GOAWAY with code 0; the session goes on. */
  'goaway',
  /** GOAWAY with setting `code` (default 2, INTERNAL_ERROR); the connection ends. */
  'goaway-error',
  /** Half an event, then RST_STREAM. */
  'truncated-event',
  /** No results any more and no end; audio is still accepted. */
  'stall',
  /** All results come later by setting `delayMs` (default 8000). */
  'results-late',
] as const;

/** The first event waits for setting `delayMs` (default 12000). Asked when a session starts. */
export const FIRST_EVENT_LATE = 'first-event-late';

/**
 * Every kind that the Transcribe stand-in knows. The target of a fault is the session id that the
 * client gave in its request; a refusal's may be the request's vocabulary filter where it gave none.
 */
export const TRANSCRIBE_FAULT_KINDS = [
  ...REFUSAL_KINDS,
  ...SESSION_KINDS,
  FIRST_EVENT_LATE,
] as const;

export type RefusalKind = (typeof REFUSAL_KINDS)[number];
export type SessionFaultKind = (typeof SESSION_KINDS)[number];

const ASK_EVERY_MS = 1000;

export interface DueFault {
  readonly kind: SessionFaultKind;
  readonly fault: Fault;
}

/** Which faults strike one session, and when, by its audio time. */
export class FaultPlan {
  readonly #planned: (DueFault & { readonly atMs: number })[] = [];
  readonly #struck = new Set<SessionFaultKind>();
  #askAtMs = 0;

  constructor(
    private readonly board: FaultBoard | undefined,
    private readonly target: string,
  ) {}

  /** The faults to commit now that the session has heard `audioMs`. */
  due(audioMs: number): readonly DueFault[] {
    if (!this.board) return [];
    if (audioMs >= this.#askAtMs) {
      this.#ask(this.board, audioMs);
      this.#askAtMs = audioMs + ASK_EVERY_MS;
    }
    if (!this.#planned.some(({ atMs }) => atMs <= audioMs)) return [];
    const due = this.#planned.filter(({ atMs }) => atMs <= audioMs);
    this.#planned.splice(0, Infinity, ...this.#planned.filter(({ atMs }) => atMs > audioMs));
    return due;
  }

  #ask(board: FaultBoard, audioMs: number): void {
    for (const kind of SESSION_KINDS) {
      if (this.#struck.has(kind)) continue;
      const fault = board.strike(kind, this.target);
      if (!fault) continue;
      this.#struck.add(kind);
      this.#planned.push({ kind, fault, atMs: audioMs + numberSetting(fault, 'afterMs', 0) });
    }
  }
}

export function numberSetting(fault: Fault, name: string, otherwise: number): number {
  const value = fault.settings?.[name];
  return typeof value === 'number' ? value : otherwise;
}
