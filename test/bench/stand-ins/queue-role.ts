import { startSqs } from '../../../local/sqs/sqs';
import type { SqsStandIn } from '../../../local/sqs/sqs';
import { machineMs } from '../process/clock';
import { serveRole } from '../process/role';

export interface QueueMethods extends Record<string, (...args: never[]) => unknown> {
  start(): Promise<{ url: string; callsQueueUrl: string; callsDlqUrl: string }>;
  /** Puts requests into the queue `calls`; resolves with the machine time when all were in. */
  send(bodies: readonly string[]): Promise<number>;
  /** Receives that wait at this moment: a worker that is up and has room. */
  waitingReceives(): number;
}

/** SQS: fauxqs behind its front. */
export function serveQueue(): void {
  let sqs: SqsStandIn | undefined;
  const started = (): SqsStandIn => {
    if (sqs === undefined) throw new Error('start first');
    return sqs;
  };
  serveRole({
    start: async () => {
      sqs = await startSqs();
      return { url: sqs.url, callsQueueUrl: sqs.callsQueueUrl, callsDlqUrl: sqs.callsDlqUrl };
    },
    send: async (bodies: readonly string[]) => {
      const { callsQueueUrl } = started();
      for (const body of bodies) await started().send(callsQueueUrl, body);
      return machineMs();
    },
    waitingReceives: () => started().waitingReceives(),
  } satisfies QueueMethods);
}
