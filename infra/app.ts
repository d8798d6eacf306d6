import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { join } from 'node:path';

import { loadSchemas } from './load-schemas';
import { readOptions, type StackOptions } from './options';
import { TranscriptionStack } from './transcription-stack';
import { buildBundles, stageWorkerImage } from './worker-image';

/** CDK starts the app in the folder of `cdk.json`. */
const ROOT = process.cwd();

// The rules' own code reads a deprecated property; nothing of ours does.
process.env.JSII_DEPRECATED ??= 'quiet';

const app = new App();
const options = optionsOf(app);
buildBundles(ROOT);
// Tied to no account and no region, so that synthesis looks nothing up.
const stack = new TranscriptionStack(app, `callscribe-${options.stage}`, {
  options,
  workerImageFolder: stageWorkerImage(ROOT),
  dispatchFolder: join(ROOT, 'dist/dispatch'),
  schemas: loadSchemas(join(ROOT, 'events')),
});
Tags.of(stack).add('project', 'callscribe');
Tags.of(stack).add('stage', options.stage);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** A wrong option is the user's: they need the sentence, not where it was thrown. */
function optionsOf(scope: App): StackOptions {
  try {
    return readOptions(scope.node.getAllContext() as Record<string, unknown>);
  } catch (reason) {
    process.stderr.write(`${reason instanceof Error ? reason.message : String(reason)}\n`);
    process.exit(1);
  }
}
