import type { CallDraft } from './call-draft';
import type { FaultyService } from './call-plan';
import { GET_MEDIA_KINDS } from './kinds-get-media';
import { SESSION_KINDS } from './kinds-session';
import { STORE_AND_BUS_KINDS } from './kinds-store-and-bus';
import { STREAM_KINDS } from './kinds-stream';
import { WORKER_KINDS } from './kinds-worker';

export const ROWS = ['session', 'get-media', 'stream', 'store-and-bus', 'worker'] as const;
export type Row = (typeof ROWS)[number];

/** A fault that strikes whoever comes along, for a while. */
export interface FaultWindow {
  readonly service: FaultyService;
  readonly kind: string;
  readonly forMs: number;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/** How the system around the calls has to be set up for a kind. */
export interface SystemNeeds {
  /** Longest Transcribe session; the workers know of it unless `isUnannounced`. */
  readonly sessionLimitMs?: number;
  readonly isUnannounced?: boolean;
  /** Credentials come from an endpoint that replaces them all the time. */
  readonly rotatesCredentials?: boolean;
  /** Workers' clocks are off. */
  readonly clocksOff?: boolean;
}

export type WorkerAct = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP';

/** One kind of fault of the matrix. Each has one or more of these ways to strike. */
export interface ChaosKind {
  readonly row: Row;
  /** Changes what is played; at most one kind of a call may. */
  readonly shape?: (draft: CallDraft) => void;
  /** Puts strikes into a call's plan, each under the kind's name. */
  readonly strikes?: (draft: CallDraft, name: string) => void;
  readonly window?: FaultWindow;
  readonly act?: WorkerAct;
  readonly needs?: SystemNeeds;
  /** Strikes only when it is asked for by its name. */
  readonly isApart?: boolean;
}

/** The fault matrix, by the names that `--only` takes. */
export const KINDS: Readonly<Record<string, ChaosKind>> = {
  ...SESSION_KINDS,
  ...GET_MEDIA_KINDS,
  ...STREAM_KINDS,
  ...STORE_AND_BUS_KINDS,
  ...WORKER_KINDS,
};
const ALL = Object.keys(KINDS);
export const KIND_NAMES: readonly string[] = ALL.filter((name) => KINDS[name]?.isApart !== true);
export const APART_NAMES: readonly string[] = ALL.filter((name) => !KIND_NAMES.includes(name));

export function kindOf(name: string): ChaosKind {
  const kind = KINDS[name];
  if (kind === undefined) throw new TypeError(`there is no kind of fault "${name}"`);
  return kind;
}
