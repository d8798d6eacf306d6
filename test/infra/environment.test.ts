import { readConfig } from '../../functions/worker/config';
import { synthesize } from '../support/synthesized-stack';

/** `functions/worker/main.ts` hands it to the metrics. */
const READ_ELSEWHERE = ['METRICS_NAMESPACE'];
/** Fargate itself sets it in every task. */
const GIVEN_BY_FARGATE = { AWS_REGION: 'eu-central-1' };

interface ContainerDefinition {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** The environment of the worker's container; what is known only when deployed is made up. */
function workerEnvironment(options: Readonly<Record<string, unknown>> = {}) {
  const [task] = Object.values(synthesize(options).resources('AWS::ECS::TaskDefinition'));
  const [container] = task?.Properties?.ContainerDefinitions as readonly ContainerDefinition[];
  const entries = container?.Environment ?? [];
  const made = (name: string) => (name.endsWith('_URL') ? `https://queue/${name}` : `made-${name}`);
  return Object.fromEntries(
    entries.map(({ Name, Value }) => [Name, typeof Value === 'string' ? Value : made(Name)]),
  );
}

/** Which variables the worker looks at. */
function variablesRead(): Set<string> {
  const read = new Set<string>();
  const spy = new Proxy<Record<string, string | undefined>>(workerEnvironment(), {
    get: (target, name: string) => {
      read.add(name);
      return target[name] ?? GIVEN_BY_FARGATE.AWS_REGION;
    },
  });
  try {
    readConfig(spy);
  } catch {
    // The made-up values of the variables that are not set are none that it takes.
  }
  return read;
}

describe('the environment that the stack gives the worker', () => {
  it('is one that the worker accepts', () => {
    const config = readConfig({ ...workerEnvironment(), ...GIVEN_BY_FARGATE });

    expect(config.callsQueueUrl).toBe('https://queue/CALLS_QUEUE_URL');
    expect(config.deadLetterQueueUrl).toBe('https://queue/CALLS_DLQ_URL');
  });

  it('holds nothing that the worker does not look at', () => {
    const read = variablesRead();

    const unread = Object.keys(workerEnvironment()).filter(
      (name) => !read.has(name) && !READ_ELSEWHERE.includes(name),
    );
    expect(unread).toEqual([]);
  });

  it('carries the options into the worker', () => {
    const environment = workerEnvironment({
      callsPerTask: 77,
      language: 'de-DE',
      retentionDays: 33,
      logLevel: 'warn',
      minTasks: 4,
      sessionStartsPerSecond: 40,
    });

    expect(readConfig({ ...environment, ...GIVEN_BY_FARGATE })).toMatchObject({
      maxCalls: 77,
      language: 'de-DE',
      retentionDays: 33,
      logLevel: 'warn',
      sessionStartsPerSecond: 10,
    });
  });
});
