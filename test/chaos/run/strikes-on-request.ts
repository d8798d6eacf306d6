import type { BoardFault } from '../plan/call-plan';

type Body = Readonly<Record<string, unknown>>;

interface Pending {
  readonly callId: string;
  readonly name: string;
  readonly fault: BoardFault;
  left: number;
}

/**
 * Faults for a call's next requests to a service. Most stand-ins cannot aim at a call, so each is
 * armed at the moment when a request of that call passes by, and may strike another one's. The
 * store's are aimed: a call whose first three records are taken by competitors is rightly poison.
 */
export class StrikesOnRequest {
  #pending: Pending[] = [];

  constructor(
    private readonly arm: (
      callId: string,
      name: string,
      fault: BoardFault,
      target: string | undefined,
    ) => void,
  ) {}

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
      this.arm(callId, name, { ...fault, times: 1 }, targetOf(fault.kind, operation, body, callId));
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

function targetOf(kind: string, operation: string, { TableName }: Body, callId: string) {
  const isAimed = kind === 'competing-writer' || kind === 'lost-reply';
  return isAimed ? `${String(TableName)}/${operation}/${callId}` : undefined;
}

function typeOf(body: Body): string | undefined {
  return (body.Item as { type?: { S?: string } } | undefined)?.type?.S;
}
