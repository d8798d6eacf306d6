import { startEventBridge } from '../../../local/event-bridge/event-bridge';
import { EVENT_BUS_NAME } from '../../../local/system/system-env';
import { CHANNELS } from '../../../shared/call';
import { DETAIL_TYPES } from '../../../shared/events';
import { callIndexOf } from '../media/call-names';
import { machineMs } from '../process/clock';
import { serveRole } from '../process/role';
import { SCRIPT_FINAL_MS } from './script-final';

export interface BusStart {
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface BusMethods extends Record<string, (...args: never[]) => unknown> {
  start(options: BusStart): Promise<{ url: string }>;
  openWindow(): void;
  /** Call, channel, ordinal, machine time of arrival, again and again. */
  closeWindow(): Float64Array;
}

/** EventBridge, with an eye on the segments that are published. */
export function serveBus(): void {
  const published: number[] = [];
  let isOpen = false;
  serveRole({
    start: async ({ tls }: BusStart) => {
      const bus = await startEventBridge({ buses: [EVENT_BUS_NAME], tls });
      bus.onEvent(EVENT_BUS_NAME, { 'detail-type': [DETAIL_TYPES.segment] }, ({ detail }) => {
        if (!isOpen) return;
        const channel = CHANNELS.findIndex((name) => name === detail.channel);
        const ordinal = Math.ceil(Number(detail.endMs) / SCRIPT_FINAL_MS);
        published.push(callIndexOf(String(detail.callId)), channel, ordinal, machineMs());
      });
      return { url: bus.url };
    },
    openWindow: () => {
      isOpen = true;
      published.length = 0;
    },
    closeWindow: () => {
      isOpen = false;
      return Float64Array.from(published);
    },
  } satisfies BusMethods);
}
