/** A step scaling policy takes 20 steps, and CDK makes two policies of them: below and above. */
const MAX_STEPS = 40;

export interface CapacityStep {
  /** From so many calls on; absent for the lowest step. */
  readonly lower?: number;
  /** Below so many calls; absent for the highest step. */
  readonly upper?: number;
  /** Tasks that have to run then. */
  readonly change: number;
}

export interface Capacity {
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Calls that one task should carry. */
  readonly callsPerTask: number;
}

/**
 * How many tasks so many calls need, as steps without holes. It asks nothing about the tasks that
 * run, so it works from none at all, and repeating it changes nothing.
 */
export function capacitySteps({ minTasks, maxTasks, callsPerTask }: Capacity): CapacityStep[] {
  const counts = taskCounts(minTasks, maxTasks);
  // Calls are whole numbers: bounds between them leave no doubt on which side one lies.
  const bounds = counts.slice(0, -1).map((count) => Math.floor(count * callsPerTask) + 0.5);
  return counts.map((change, index) => ({
    ...(index === 0 ? {} : { lower: bounds[index - 1] }),
    ...(index === counts.length - 1 ? {} : { upper: bounds[index] }),
    change,
  }));
}

/** Every count if there is room for them; else ever wider steps of the same proportion. */
function taskCounts(min: number, max: number): number[] {
  if (max - min + 1 <= MAX_STEPS) return Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const counts = new Set<number>([min]);
  const first = Math.max(1, min);
  for (let step = 1; step < MAX_STEPS; step++) {
    // Rounded up: a step may hold more tasks than its calls need, never fewer.
    counts.add(Math.ceil(first * (max / first) ** (step / (MAX_STEPS - 1))));
  }
  return [...counts];
}
