import { App } from 'aws-cdk-lib';

import { SubscriberStack } from './subscriber-stack';

const app = new App();
const stage = String(app.node.tryGetContext('stage') ?? 'dev');
new SubscriberStack(app, `callscribe-subscriber-${stage}`, { busName: `callscribe-${stage}` });
