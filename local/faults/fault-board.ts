/**
 * Faults that a stand-in commits on request. A test or the control endpoint arms a fault; the
 * stand-in asks `strike` at the place where that kind can happen and, when it gets one, commits it.
 */
export interface Fault {
  /** What happens, for example `getmedia-reset`; each stand-in lists the kinds it knows. */
  readonly kind: string;
  /** Only for this stream, call or session name; absent: for any. */
  readonly target?: string;
  /** How often it strikes before it is spent; default 1. */
  readonly times?: number;
  /** Milliseconds during which it strikes without end, instead of `times`. */
  readonly forMs?: number;
  /** Chance of each strike, 0 to 1; default 1. */
  readonly probability?: number;
  /** Settings of the kind itself, such as a delay or an error name. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

interface ArmedFault {
  readonly id: number;
  readonly fault: Fault;
  readonly endsAtMs: number;
  left: number;
  struck: number;
}

export interface FaultStatus extends Fault {
  readonly id: number;
  readonly struck: number;
}

export class FaultBoard {
  #armed: ArmedFault[] = [];
  #nextId = 1;
  readonly #struckByKind = new Map<string, number>();

  constructor(
    private readonly nowMs: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {}

  /** Returns an id for `disarm`. */
  arm(fault: Fault): number {
    const id = this.#nextId++;
    const endsAtMs = fault.forMs === undefined ? Infinity : this.nowMs() + fault.forMs;
    const left = fault.forMs === undefined ? (fault.times ?? 1) : Infinity;
    this.#armed.push({ id, fault, endsAtMs, left, struck: 0 });
    return id;
  }

  disarm(id?: number): void {
    this.#armed = id === undefined ? [] : this.#armed.filter((armed) => armed.id !== id);
  }

  /** The fault to commit now, if one is armed for this kind and target; counts it as struck. */
  strike(kind: string, target?: string): Fault | undefined {
    if (this.#armed.length === 0) return undefined;
    const now = this.nowMs();
    this.#armed = this.#armed.filter((armed) => armed.left > 0 && armed.endsAtMs > now);
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.kind !== kind) continue;
      if (fault.target !== undefined && fault.target !== target) continue;
      if (fault.probability !== undefined && this.random() >= fault.probability) continue;
      armed.left -= 1;
      armed.struck += 1;
      this.#struckByKind.set(kind, this.struck(kind) + 1);
      return fault;
    }
    return undefined;
  }

  struck(kind: string): number {
    return this.#struckByKind.get(kind) ?? 0;
  }

  status(): FaultStatus[] {
    return this.#armed.map(({ id, fault, struck }) => ({ ...fault, id, struck }));
  }
}
