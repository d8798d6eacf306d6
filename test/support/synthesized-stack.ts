import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadSchemas } from '../../infra/load-schemas';
import { OPTION_PREFIX, readOptions } from '../../infra/options';
import { TranscriptionStack } from '../../infra/transcription-stack';

export interface SynthesizedResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface SynthesizedStack {
  readonly template: Template;
  /** All resources, or those of one type, by logical id. */
  resources(type?: string): Record<string, SynthesizedResource>;
}

/** Feature flags as they are deployed with, without our own options. */
function deployedFlags(): Record<string, unknown> {
  const cdk = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  const flags = Object.entries(cdk.context).filter(([key]) => !key.startsWith(OPTION_PREFIX));
  return Object.fromEntries(flags);
}

/** Stands for the bundles, which tests of the stack need not build. */
function fakeBundles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'callscribe-bundles-'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(folder, 'main.cjs'), '// the worker\n');
  writeFileSync(join(folder, 'handler.cjs'), '// dispatch\n');
  return folder;
}

/** Sets of options that between them make every resource that there may be. */
export const DEPLOYMENTS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['as it comes', {}],
  [
    'with everything in it',
    {
      customerManagedKey: true,
      vpcEndpoints: true,
      connectInstanceArns:
        'arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555',
      streamKeyArns: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab',
      requesters: ['444455556666', 'arn:aws:iam::111122223333:role/crm'],
      alarmEmail: 'calls@example.com',
      minTasks: 0,
      keepData: false,
    },
  ],
  [
    'in an existing VPC',
    {
      vpcId: 'vpc-0123456789abcdef0',
      subnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
      routeTableIds: 'rtb-0123456789abcdef0',
      vpcEndpoints: true,
    },
  ],
];

/** The stack with these options (names without prefix) on fake bundles, not synthesized yet. */
export function prepareStack(given: Readonly<Record<string, unknown>> = {}): {
  readonly app: App;
  readonly stack: TranscriptionStack;
} {
  const app = new App({ context: deployedFlags() });
  const context = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`${OPTION_PREFIX}${name}`, value]),
  );
  const bundles = fakeBundles();
  const stack = new TranscriptionStack(app, 'callscribe-test', {
    options: readOptions({ [`${OPTION_PREFIX}stage`]: 'test', ...context }),
    workerImageFolder: bundles,
    dispatchFolder: bundles,
    schemas: loadSchemas('events'),
  });
  return { app, stack };
}

/** The template of the stack with these options, in memory. */
export function synthesize(given: Readonly<Record<string, unknown>> = {}): SynthesizedStack {
  const { stack } = prepareStack(given);
  const template = Template.fromStack(stack);
  const all = template.toJSON().Resources as Record<string, SynthesizedResource>;
  return {
    template,
    resources: (type) =>
      Object.fromEntries(
        Object.entries(all).filter(([, { Type }]) => type === undefined || Type === type),
      ),
  };
}

/** Logical id that a `Ref` or `Fn::GetAtt` points to, however deep it lies. */
export function referredTo(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('Ref' in value && typeof value.Ref === 'string') return value.Ref;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) {
    return String(value['Fn::GetAtt'][0]);
  }
  for (const inner of Object.values(value)) {
    const found = referredTo(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
