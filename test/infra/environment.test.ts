import { readDispatchConfig } from '../../functions/dispatch/config';
import { readConfig } from '../../functions/worker/config';
import { synthesize } from '../support/synthesized-stack';

/** Set in every task and every function by what runs them. */
const GIVEN_BY_AWS = { AWS_REGION: 'eu-central-1' };

type Environment = Record<string, string>;
type Options = Readonly<Record<string, unknown>>;

/** What is known only when deployed is made up. */
function made(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  return name.endsWith('_URL') ? `https://queue/${name}` : `made-${name}`;
}

function workerEnvironment(options: Options = {}): Environment {
  const [task] = Object.values(synthesize(options).resources('AWS::ECS::TaskDefinition'));
  const [container] = task?.Properties?.ContainerDefinitions as readonly {
    readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  }[];
  const entries = container?.Environment ?? [];
  return Object.fromEntries(entries.map(({ Name, Value }) => [Name, made(Name, Value)]));
}

function dispatchEnvironment(options: Options = {}): Environment {
  const [fn] = Object.values(synthesize(options).resources('AWS::Lambda::Function'));
  const { Variables } = fn?.Properties?.Environment as { Variables: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => [name, made(name, value)]),
  );
}

/** Variables of the environment that its reader does not look at. */
function unread(environment: Environment, read: (env: Environment) => unknown): string[] {
  const looked = new Set<string>();
  const target = { ...environment, ...GIVEN_BY_AWS };
  read(
    new Proxy(target, {
      get: (all, name: string) => {
        looked.add(name);
        return all[name as keyof typeof all];
      },
    }),
  );
  return Object.keys(environment).filter((name) => !looked.has(name));
}

describe('the environment that the stack gives the worker', () => {
  it('is one that the worker accepts, and holds nothing more', () => {
    expect(unread(workerEnvironment(), readConfig)).toEqual([]);
  });

  it('carries names and options into the worker', () => {
    const environment = workerEnvironment({
      callsPerTask: 77,
      language: 'de-DE',
      retentionDays: 33,
      logLevel: 'warn',
      minTasks: 4,
      sessionStartsPerSecond: 40,
    });

    expect(readConfig({ ...environment, ...GIVEN_BY_AWS })).toMatchObject({
      callsQueueUrl: 'https://queue/CALLS_QUEUE_URL',
      deadLetterQueueUrl: 'https://queue/CALLS_DLQ_URL',
      maxCalls: 77,
      language: 'de-DE',
      retentionDays: 33,
      logLevel: 'warn',
      sessionStartsPerSecond: 10,
    });
  });
});

describe('the environment that the stack gives dispatch', () => {
  it('is one that dispatch accepts, and holds nothing more', () => {
    expect(unread(dispatchEnvironment(), readDispatchConfig)).toEqual([]);
    expect(unread(dispatchEnvironment({ minTasks: 0 }), readDispatchConfig)).toEqual([]);
  });

  it('carries the allow-lists into dispatch, which are empty unless asked for', () => {
    const lists = { contactAttributes: 'customerTier,topic', sipHeaders: 'X-Tenant' };

    expect(readDispatchConfig(dispatchEnvironment(lists))).toMatchObject({
      contactAttributes: ['customerTier', 'topic'],
      sipHeaders: ['X-Tenant'],
    });
    expect(readDispatchConfig(dispatchEnvironment())).toMatchObject({
      contactAttributes: [],
      sipHeaders: [],
    });
  });

  it('carries the options of calls, by rules and without, into dispatch and the worker', () => {
    const options = {
      language: 'de-DE',
      transcribeOptions: { vocabularyName: 'products' },
      transcribeRules: [{ when: { queueName: 'Sales' }, options: { language: 'fr-FR' } }],
    };

    expect(readDispatchConfig(dispatchEnvironment(options))).toMatchObject({
      language: 'de-DE',
      options: { vocabularyName: 'products' },
      rules: [{ when: { queueName: 'Sales' }, options: { language: 'fr-FR' } }],
    });
    expect(readConfig({ ...workerEnvironment(options), ...GIVEN_BY_AWS })).toMatchObject({
      language: 'de-DE',
      options: { vocabularyName: 'products' },
    });
  });

  it('names the service to wake only when workers may sleep', () => {
    expect(dispatchEnvironment()).not.toHaveProperty('WORKER_SERVICE');
    expect(dispatchEnvironment({ minTasks: 0 })).toHaveProperty('WORKER_SERVICE');
  });
});
