import { FaultBoard } from '../../../local/faults/fault-board';
import type { Fault } from '../../../local/faults/fault-board';

export interface ChaosBoardOptions {
  readonly random: () => number;
  /** Every question, before it is answered. */
  onAsked?(kind: string, target: string | undefined): void;
  onStruck(kind: string, target: string | undefined, fault: Fault): void;
  /** What faults of this board name as their target, where that is not what the stand-in names. */
  aim?(target: string | undefined): string | undefined;
}

/** A fault board that tells of every strike, and draws from the run's seed. */
export class ChaosBoard extends FaultBoard {
  constructor(private readonly options: ChaosBoardOptions) {
    super(() => performance.now(), options.random);
  }

  override strike(kind: string, target?: string): Fault | undefined {
    const { onAsked, onStruck, aim } = this.options;
    onAsked?.(kind, target);
    const fault = super.strike(kind, aim === undefined ? target : aim(target));
    if (fault !== undefined) onStruck(kind, target, fault);
    return fault;
  }
}
