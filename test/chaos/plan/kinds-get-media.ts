import { between } from './random';
import type { CallDraft } from './call-draft';
import type { BoardFault } from './call-plan';
import type { ChaosKind } from './kinds';

const row = 'get-media';
const END_BODY = { service: 'kinesis-video', kind: 'getmedia-silent-end' } as const;

type Settings = (draft: CallDraft) => NonNullable<BoardFault['settings']>;

/** Meets a reader in its stream, a few times in a call. */
function inStream(kind: string, settings: Settings = () => ({}), times = 3): ChaosKind {
  return {
    row,
    strikes: (draft, name) => {
      for (let i = 0; i < times; i++) {
        draft.strike(name, { service: 'kinesis-video', kind, settings: settings(draft) });
      }
    },
  };
}

/** Meets a reader that has to come again: its body is ended for that. */
function atReturn(kind: string): ChaosKind {
  return {
    row,
    strikes: (draft, name) => {
      const atMs = draft.middle();
      draft.strike(name, { service: 'kinesis-video', kind, times: 3 }, atMs);
      draft.strike(`${name} (leads to)`, END_BODY, atMs);
    },
  };
}

export const GET_MEDIA_KINDS: Readonly<Record<string, ChaosKind>> = {
  'getmedia-silent-end': inStream(
    'getmedia-silent-end',
    (draft) => ({ afterMs: between(draft.random, 0, 1_500) }),
    4,
  ),
  'getmedia-reset': inStream('getmedia-reset', (draft) => ({
    afterBytes: between(draft.random, 0, 9_000),
  })),
  'getmedia-error-3002': inStream('getmedia-error', () => ({ errorId: 3002 })),
  'getmedia-error-4500': inStream('getmedia-error', () => ({ errorId: 4500 })),
  'getmedia-error-5000': inStream('getmedia-error', () => ({ errorId: 5000 })),
  'getmedia-connection-limit': atReturn('getmedia-connection-limit'),
  'getmedia-client-limit': atReturn('getmedia-client-limit'),
  'getmedia-invalid-endpoint': atReturn('getmedia-invalid-endpoint'),
  'getmedia-unavailable': atReturn('getmedia-unavailable'),
  'getmedia-slow': inStream('getmedia-slow', () => ({ forMs: 4_000, bytesPerSecond: 4_000 }), 2),
  'getmedia-fragment-twice': inStream('getmedia-fragment-twice'),
  // Once: a fragment that is damaged twice in a row is given up, and rightly so.
  'getmedia-flipped': inStream('getmedia-flipped', undefined, 1),
  'fragment-repeated': {
    row,
    shape: (draft) => {
      const fromMs = draft.middle();
      draft.repeats.push({ fromMs, toMs: fromMs + 2 * draft.fragmentMs });
    },
  },
  'fragment-missing': {
    row,
    shape: (draft) => {
      const index = Math.floor(draft.middle() / draft.fragmentMs);
      const fromMs = index * draft.fragmentMs;
      draft.breaks.push({ fromMs, toMs: fromMs + draft.fragmentMs });
    },
  },
};
