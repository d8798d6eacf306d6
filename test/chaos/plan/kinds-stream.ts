import type { CallDraft } from './call-draft';
import type { ChaosKind } from './kinds';
import { between } from './random';
import { drawTalk } from './talk';

const row = 'stream';
const FOREIGN_MS = 5_000;

function producerGap(lengthMs: number): ChaosKind {
  return {
    row,
    shape: (draft) => {
      const fromMs = draft.middle();
      draft.durationMs += lengthMs;
      draft.breaks.push({ fromMs, toMs: fromMs + lengthMs });
    },
  };
}

function shaped(shape: (draft: CallDraft) => void): ChaosKind {
  return { row, shape };
}

export const STREAM_KINDS: Readonly<Record<string, ChaosKind>> = {
  'foreign-follows': shaped((draft) => {
    draft.foreign = drawTalk(draft.random, {
      fromMs: 0,
      toMs: FOREIGN_MS,
      manner: 'continuous',
      quiet: [],
    });
  }),
  'leg-late': shaped((draft) => {
    draft.addAgent().startMs = between(draft.random, 3_000, 8_000);
  }),
  'leg-silent': shaped((draft) => {
    draft.addAgent().isSilent = true;
  }),
  'leg-absent': shaped((draft) => {
    draft.addAgent().presence = 'absent';
  }),
  'producer-gap-3s': producerGap(3_000),
  'producer-gap-60s': producerGap(60_000),
  'clock-jumps-back': shaped((draft) => {
    draft.clockJump = { atMs: draft.middle(), backMs: between(draft.random, 200, 5_000) };
  }),
  'stream-deleted': shaped((draft) => {
    draft.deletedAtMs = draft.middle(0.6, 0.8);
  }),
};
