import { DescribeServicesCommand, UpdateServiceCommand, type ECSClient } from '@aws-sdk/client-ecs';

/** Scaling sees a call within a minute or two and goes on from there; until then one is enough. */
const ONE_TASK = 1;
/** Scaling in takes longer than this, so a service seen awake stays awake for so long. */
const AWAKE_MS = 60_000;

export interface WakerOptions {
  readonly ecs: Pick<ECSClient, 'send'>;
  readonly cluster: string;
  readonly service: string;
  readonly nowMs?: () => number;
}

/**
 * For deployments whose workers may all sleep (`minTasks` 0): a stream without retention keeps
 * five minutes, and scaling by metrics may take most of them. The returned function sees to it
 * that at least one task is wanted, and resolves with whether it had to change anything. It never
 * lowers the number. Throws what ECS throws; the call is in the queue all the same.
 */
export function createWaker(options: WakerOptions): (signal?: AbortSignal) => Promise<boolean> {
  const { ecs, cluster, service, nowMs = Date.now } = options;
  let awakeUntilMs = -Infinity;
  return async (abortSignal) => {
    if (nowMs() < awakeUntilMs) return false;
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster, services: [service] }),
      { abortSignal },
    );
    const isAsleep = (services?.[0]?.desiredCount ?? 0) < ONE_TASK;
    if (isAsleep) {
      await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: ONE_TASK }), {
        abortSignal,
      });
    }
    awakeUntilMs = nowMs() + AWAKE_MS;
    return isAsleep;
  };
}
