import type { FaultWindow } from '../plan/kinds';
import { parsed } from './aws-requests';
import type { StrikeLedger } from './strike-ledger';
import type { TapExchange } from './tap';

interface OpenWindow extends FaultWindow {
  readonly name: string;
  readonly endsAtMs: number;
}

/** Sees at the taps whom a fault met that strikes everybody for a while. */
export class WindowWatch {
  #open: OpenWindow[] = [];

  constructor(private readonly ledger: StrikeLedger) {}

  opened(name: string, window: FaultWindow): void {
    this.#open.push({ ...window, name, endsAtMs: performance.now() + window.forMs });
  }

  exchanged(service: string, callIds: readonly string[], exchange: TapExchange): void {
    const nowMs = performance.now();
    // A request may have begun within the window and end after it.
    this.#open = this.#open.filter(({ endsAtMs }) => endsAtMs + exchange.tookMs > nowMs);
    for (const { name, service: struck, kind } of this.#open) {
      if (struck !== service) continue;
      for (const callId of metBy(kind, callIds, exchange)) this.ledger.strike(name, callId);
    }
  }
}

function metBy(kind: string, callIds: readonly string[], { reply }: TapExchange): string[] {
  if (kind === 'put-down') return reply === undefined ? [...callIds] : [];
  if (kind !== 'put-fail-entries' || reply === undefined) return [];
  const { Entries } = parsed(reply.body.toString('utf8'));
  const entries = Array.isArray(Entries) ? (Entries as { ErrorCode?: string }[]) : [];
  return callIds.filter((_, index) => entries[index]?.ErrorCode !== undefined);
}
