/** Which calls were struck by which kind, and how often. */
export class StrikeLedger {
  readonly #strikes = new Map<string, Map<string, number>>();
  /** Strikes of which nobody can tell whom they met. */
  readonly #unknown = new Map<string, number>();

  strike(name: string, callId: string | undefined): void {
    if (callId === undefined) {
      this.#unknown.set(name, this.unattributed(name) + 1);
      return;
    }
    const calls = this.#strikes.get(name) ?? new Map<string, number>();
    this.#strikes.set(name, calls);
    calls.set(callId, (calls.get(callId) ?? 0) + 1);
  }

  callsStruck(name: string): string[] {
    return [...(this.#strikes.get(name)?.keys() ?? [])];
  }

  times(name: string): number {
    const calls = this.#strikes.get(name)?.values() ?? [];
    return [...calls].reduce((sum, times) => sum + times, 0) + this.unattributed(name);
  }

  unattributed(name: string): number {
    return this.#unknown.get(name) ?? 0;
  }

  /** Kind to number of strikes, of one call. */
  of(callId: string): Record<string, number> {
    const found = [...this.#strikes].flatMap(([name, calls]): [string, number][] => {
      const times = calls.get(callId);
      return times === undefined ? [] : [[name, times]];
    });
    return Object.fromEntries(found);
  }
}
