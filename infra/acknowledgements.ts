import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

import type { WorkerService } from './constructs/worker-service';

export interface Findings {
  readonly worker: WorkerService;
  readonly streamPrefixes: readonly string[];
}

/** The AwsSolutions findings that stay, each on the construct that has it, with its reason. */
export function acknowledgeFindings({ worker, streamPrefixes }: Findings): void {
  for (const prefix of streamPrefixes) {
    acknowledge(
      worker.role,
      `IAM5[Resource::arn:<AWS::Partition>:kinesisvideo:<AWS::Region>:<AWS::AccountId>:stream/${prefix}*/*]`,
      'Connect and Chime make streams as calls come, named by this prefix and a random part.',
    );
  }
  acknowledge(
    worker.role,
    'IAM5[Resource::*]',
    'transcribe:Start…StreamTranscription has no resource that a policy could name.',
  );
  const { executionRole } = worker.service.taskDefinition;
  if (executionRole !== undefined) {
    acknowledge(
      executionRole,
      'IAM5[Resource::*]',
      'ecr:GetAuthorizationToken has no resource that a policy could name.',
    );
  }
  acknowledge(
    worker.service.taskDefinition,
    'ECS2',
    'The environment holds names, numbers and URLs, no secret; credentials are the task role.',
  );
}

function acknowledge(scope: IConstruct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}
