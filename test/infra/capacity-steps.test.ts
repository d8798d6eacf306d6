import { capacitySteps, type CapacityStep } from '../../infra/capacity-steps';

/** What CloudWatch and the scaling policies make of it. */
function tasksFor(calls: number, steps: readonly CapacityStep[]): number[] {
  return steps
    .filter(({ lower = -Infinity, upper = Infinity }) => calls >= lower && calls < upper)
    .map(({ change }) => change);
}

describe('the steps of the capacity', () => {
  it.each([
    { minTasks: 1, maxTasks: 10, callsPerTask: 140 },
    { minTasks: 0, maxTasks: 3, callsPerTask: 0.7 },
    { minTasks: 2, maxTasks: 41, callsPerTask: 33.3 },
    { minTasks: 0, maxTasks: 1000, callsPerTask: 70 },
    { minTasks: 900, maxTasks: 1000, callsPerTask: 70 },
  ])('have exactly one answer, which is enough, for any number of calls: %p', (capacity) => {
    const steps = capacitySteps(capacity);

    const most = capacity.maxTasks * capacity.callsPerTask + 1;
    const wrong = Array.from({ length: Math.ceil(most) }, (_, calls) => calls).filter((calls) => {
      const answers = tasksFor(calls, steps);
      const needed = Math.min(capacity.maxTasks, Math.ceil(calls / capacity.callsPerTask));
      return answers.length !== 1 || (answers[0] ?? 0) < needed;
    });
    expect(wrong).toEqual([]);
  });

  it('start the first task with the first call, and stop the last after the last', () => {
    const steps = capacitySteps({ minTasks: 0, maxTasks: 4, callsPerTask: 100 });

    expect([0, 1, 100, 101, 100_000].map((calls) => tasksFor(calls, steps)[0])).toEqual([
      0, 1, 1, 2, 4,
    ]);
  });

  it('fit into two scaling policies, however many tasks there may be', () => {
    const steps = capacitySteps({ minTasks: 0, maxTasks: 1000, callsPerTask: 70 });

    expect(steps.length).toBeLessThanOrEqual(40);
    expect(steps.at(-1)?.change).toBe(1000);
  });

  it('run at most a quarter more tasks than are needed, where the steps are wide', () => {
    const steps = capacitySteps({ minTasks: 1, maxTasks: 1000, callsPerTask: 1 });

    for (const { lower = 0, change } of steps.filter((step) => step.change > 20)) {
      expect(change / Math.ceil(lower)).toBeLessThan(1.25);
    }
  });
});
