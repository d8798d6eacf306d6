import type { ChaosKind } from './kinds';

const row = 'worker';

export const WORKER_KINDS: Readonly<Record<string, ChaosKind>> = {
  sigkill: { row, act: 'SIGKILL' },
  sigterm: { row, act: 'SIGTERM' },
  sigstop: { row, act: 'SIGSTOP' },
  'two-workers': {
    row,
    strikes: (draft, name) =>
      draft.strike(
        name,
        { service: 'sqs', kind: 'duplicate-delivery', settings: { afterMs: 0 } },
        0,
      ),
  },
  'clock-off': { row, needs: { clocksOff: true } },
};
