import type { BoardFault } from '../plan/call-plan';

type Body = Readonly<Record<string, unknown>>;

interface Pending {
  readonly callId: string;
  readonly name: string;
  readonly fault: BoardFault;
  left: number;
}

/**
 * Faults for a call's next requests to a service. The stand-ins cannot aim at a call, so each is
 * armed at the moment when a request of that call passes by.
 */
export class StrikesOnRequest {
  #pending: Pending[] = [];

  constructor(private readonly arm: (callId: string, name: string, fault: BoardFault) => void) {}

  add(callId: string, name: string, fault: BoardFault): void {
    this.#pending.push({ callId, name, fault, left: fault.times ?? 1 });
  }

  /** A request about these calls is about to reach the service. */
  passing(service: string, operation: string, body: Body, callIds: readonly string[]): void {
    if (this.#pending.length === 0) return;
    for (const pending of this.#pending) {
      const { callId, name, fault } = pending;
      if (fault.service !== service || !callIds.includes(callId)) continue;
      if (!fits(fault.kind, operation, body)) continue;
      pending.left -= 1;
      this.arm(callId, name, { ...fault, times: 1 });
    }
    this.#pending = this.#pending.filter(({ left }) => left > 0);
  }
}

/** Whether the stand-in commits this kind at such a request. */
function fits(kind: string, operation: string, body: Body): boolean {
  switch (kind) {
    case 'competing-writer':
      return operation === 'PutItem' && typeOf(body) !== 'claimed';
    case 'lost-reply':
      return operation === 'PutItem';
    case 'visibility-lost':
      return operation.startsWith('ChangeMessageVisibility');
    case 'delete-lost':
      return operation.startsWith('DeleteMessage');
    default:
      return true;
  }
}

function typeOf(body: Body): string | undefined {
  return (body.Item as { type?: { S?: string } } | undefined)?.type?.S;
}
