import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';

import { createWaker } from '../../../functions/dispatch/wake-workers';

/** A service that wants so many tasks. */
function prepare(desiredCount: number) {
  const sent: object[] = [];
  let time = 0;
  const ecs = {
    send: (command: { readonly input: object }) => {
      sent.push({ [command.constructor.name]: command.input });
      if (command instanceof UpdateServiceCommand) desiredCount = command.input.desiredCount ?? 0;
      return Promise.resolve(
        command instanceof DescribeServicesCommand ? { services: [{ desiredCount }] } : {},
      );
    },
  };
  const wake = createWaker({
    ecs: ecs as never,
    cluster: 'cluster',
    service: 'workers',
    nowMs: () => time,
  });
  return { wake, sent, later: (ms: number) => (time += ms) };
}

describe('waking the workers', () => {
  it('asks for one task where none is wanted', async () => {
    const { wake, sent } = prepare(0);

    await expect(wake()).resolves.toBe(true);
    expect(sent).toEqual([
      { DescribeServicesCommand: { cluster: 'cluster', services: ['workers'] } },
      { UpdateServiceCommand: { cluster: 'cluster', service: 'workers', desiredCount: 1 } },
    ]);
  });

  it('never lowers what is wanted', async () => {
    const { wake, sent } = prepare(5);

    await expect(wake()).resolves.toBe(false);
    expect(sent).toHaveLength(1);
  });

  it('asks once for the calls of a minute, and again later', async () => {
    const { wake, sent, later } = prepare(1);

    await wake();
    await wake();
    expect(sent).toHaveLength(1);
    later(61_000);
    await wake();
    expect(sent).toHaveLength(2);
  });

  it('tries again with the next call when ECS failed', async () => {
    let fails = true;
    const ecs = {
      send: () =>
        fails
          ? Promise.reject(new Error('throttled'))
          : Promise.resolve({ services: [{ desiredCount: 2 }] }),
    };
    const wake = createWaker({ ecs: ecs as never, cluster: 'cluster', service: 'workers' });

    await expect(wake()).rejects.toThrow('throttled');
    fails = false;
    await expect(wake()).resolves.toBe(false);
  });
});
