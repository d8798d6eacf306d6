import type { Fault, FaultBoard } from '../faults/fault-board';
import type { SessionFaultKind } from './fault-kinds';
import { SESSION_KINDS } from './fault-kinds';

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

export function textSetting(fault: Fault, name: string, otherwise: string): string {
  const value = fault.settings?.[name];
  return typeof value === 'string' ? value : otherwise;
}
