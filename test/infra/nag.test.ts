import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

import { DEPLOYMENTS, prepareStack } from '../support/synthesized-stack';

// As infra/app.ts does.
process.env.JSII_DEPRECATED = 'quiet';

/** Synthesis fails at a finding that nobody has acknowledged; the message names it. */
function check(options: Readonly<Record<string, unknown>>): void {
  const { app } = prepareStack(options);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

describe('the AwsSolutions rules', () => {
  it.each(DEPLOYMENTS)('find nothing in a deployment %s', (_name, options) => {
    expect(() => check(options)).not.toThrow();
  });
});
