import { z } from 'zod';

import type { Fault, FaultBoard } from '../faults/fault-board';

/** What one stand-in lets be done to it. */
export interface FaultyService {
  readonly board: FaultBoard;
  /** Kind to what it does. */
  readonly kinds: Readonly<Record<string, string>>;
}

export type FaultyServices = Readonly<Record<string, FaultyService>>;

/** Faults that wait for their time; a request that would exceed it is refused. */
const MAX_SCHEDULED = 10_000;

const faultSchema = z.strictObject({
  service: z.string(),
  kind: z.string(),
  target: z.string().min(1).optional(),
  times: z.number().int().positive().optional(),
  forMs: z.number().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** Milliseconds from now until it is armed. */
  afterMs: z.number().nonnegative().max(2_147_483_647).optional(),
});
export type FaultOrder = z.infer<typeof faultSchema>;
const ordersSchema = z.union([faultSchema.transform((order) => [order]), z.array(faultSchema)]);

/** Refused by the control endpoint; the message says what would be right. */
export class FaultOrderError extends Error {}

interface Entry {
  readonly order: FaultOrder;
  /** Set once armed. */
  boardId?: number;
  timer?: NodeJS.Timeout;
}

/** Arms faults in the stand-ins, at once or by schedule, and tells what has struck. */
export class FaultDesk {
  readonly #entries = new Map<string, Entry>();
  #nextId = 1;

  constructor(private readonly services: FaultyServices) {}

  /** One order or a list of them; all are good or none is taken. Returns an id for each. */
  order(input: unknown): string[] {
    const parsed = ordersSchema.safeParse(input);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
      throw new FaultOrderError(`not a fault: ${issues.join('; ')}`);
    }
    if (this.#entries.size + parsed.data.length > MAX_SCHEDULED) this.#forgetSpent();
    if (this.#entries.size + parsed.data.length > MAX_SCHEDULED) {
      throw new FaultOrderError(`more than ${MAX_SCHEDULED} faults are waiting`);
    }
    for (const { service, kind } of parsed.data) this.#check(service, kind);
    return parsed.data.map((order) => this.#take(order));
  }

  /** Takes one back, or all; false when there is none of this id. */
  cancel(id?: string): boolean {
    if (id === undefined) {
      for (const each of [...this.#entries.keys()]) this.cancel(each);
      return true;
    }
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    clearTimeout(entry.timer);
    if (entry.boardId !== undefined) this.#board(entry.order).disarm(entry.boardId);
    this.#entries.delete(id);
    return true;
  }

  status(): object {
    const scheduled = [...this.#entries].filter(([, { boardId }]) => boardId === undefined);
    const perService = Object.entries(this.services).map(([service, { board, kinds }]) => {
      const ids = new Map<number, string>();
      for (const [id, { order, boardId }] of this.#entries) {
        if (order.service === service && boardId !== undefined) ids.set(boardId, id);
      }
      const struck = Object.keys(kinds).map((kind) => [kind, board.struck(kind)] as const);
      const armed = board.status().map((fault) => ({ ...fault, id: ids.get(fault.id) }));
      return [
        service,
        { armed, struck: Object.fromEntries(struck.filter(([, times]) => times > 0)), kinds },
      ];
    });
    return {
      scheduled: scheduled.map(([id, { order }]) => ({ id, ...order })),
      services: Object.fromEntries(perService) as object,
    };
  }

  #take(order: FaultOrder): string {
    const id = `${order.service}-${this.#nextId++}`;
    const entry: Entry = { order };
    this.#entries.set(id, entry);
    const { afterMs = 0, service: _service, ...fault } = order;
    const arm = (): void => {
      entry.boardId = this.#board(order).arm(fault satisfies Fault);
    };
    if (afterMs === 0) arm();
    else entry.timer = setTimeout(arm, afterMs).unref();
    return id;
  }

  #check(service: string, kind: string): void {
    const found = this.services[service];
    if (found === undefined) {
      const names = Object.keys(this.services).join(', ');
      throw new FaultOrderError(`there is no service "${service}"; there are ${names}`);
    }
    if (!(kind in found.kinds)) {
      const names = Object.keys(found.kinds).join(', ');
      throw new FaultOrderError(`${service} knows no fault "${kind}"; it knows ${names}`);
    }
  }

  #board({ service }: FaultOrder): FaultBoard {
    const found = this.services[service];
    if (found === undefined) throw new FaultOrderError(`there is no service "${service}"`);
    return found.board;
  }

  #forgetSpent(): void {
    for (const [id, { order, boardId }] of this.#entries) {
      if (boardId === undefined) continue;
      const isArmed = this.#board(order)
        .status()
        .some((fault) => fault.id === boardId);
      if (!isArmed) this.#entries.delete(id);
    }
  }
}
