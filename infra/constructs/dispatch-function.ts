import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnIntegrationAssociation } from 'aws-cdk-lib/aws-connect';
import { EventBus, Rule, type IEventBus } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFn, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { CHIME_DETAIL_TYPE, CHIME_SOURCE } from '../../shared/chime-events';
import { CONNECT_SOURCE, CONTACT_DETAIL_TYPE } from '../../shared/connect-events';
import { INPUT_DETAIL_TYPES } from '../../shared/events';
import { allow } from '../access';
import type { DispatchEnvironment } from '../dispatch-environment';

/** A Connect flow waits for at most 8 s, and gets its answer within one. */
const TIMEOUT = Duration.seconds(8);
/** CPU comes with memory: a cold start has to answer a waiting caller too. */
const MEMORY_MIB = 1024;
/** EventBridge and Lambda try as long as a stream without retention could still be caught. */
const RETRY_FOR = Duration.hours(1);
const RETRIES = 20;

export interface DispatchFunctionProps {
  /** Folder with the bundled handler. */
  readonly codeFolder: string;
  readonly environment: DispatchEnvironment;
  readonly statements: readonly PolicyStatement[];
  /** For events that nobody could hand to the function, or that it could do nothing with. */
  readonly deadLetters: IQueue;
  readonly bus: IEventBus;
  readonly connectInstanceArns: readonly string[];
  readonly chime: boolean;
  readonly logRetention: RetentionDays;
}

/** Turns flow invocations and events into call requests. */
export class DispatchFunction extends Construct {
  readonly fn: LambdaFn;

  constructor(scope: Construct, id: string, props: DispatchFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'callscribe dispatch',
      inlinePolicies: {
        Dispatch: new PolicyDocument({
          statements: [
            ...props.statements,
            allow(
              'WriteLogs',
              ['logs:CreateLogStream', 'logs:PutLogEvents'],
              [logGroup.logGroupArn],
            ),
          ],
        }),
      },
    });
    this.fn = new LambdaFn(this, 'Function', {
      description: 'Turns Connect, Chime and our own events into call requests',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'handler.handler',
      code: Code.fromAsset(props.codeFolder),
      role: role.withoutPolicyUpdates(),
      environment: { ...props.environment },
      timeout: TIMEOUT,
      memorySize: MEMORY_MIB,
      logGroup,
      deadLetterQueue: props.deadLetters,
      maxEventAge: RETRY_FOR,
    });
    this.#connect(props.connectInstanceArns);
    this.#listen(props);
  }

  /** Lets flows of these instances invoke the function, and offers it in their flow editor. */
  #connect(instanceArns: readonly string[]): void {
    instanceArns.forEach((instanceArn, index) => {
      this.fn.addPermission(`Connect${index}`, {
        principal: new ServicePrincipal('connect.amazonaws.com'),
        sourceArn: instanceArn,
        sourceAccount: Stack.of(this).account,
      });
      new CfnIntegrationAssociation(this, `Association${index}`, {
        instanceId: instanceArn,
        integrationType: 'LAMBDA_FUNCTION',
        integrationArn: this.fn.functionArn,
      });
    });
  }

  #listen(props: DispatchFunctionProps): void {
    const { bus, connectInstanceArns, chime } = props;
    const target = () =>
      new LambdaFunction(this.fn, {
        deadLetterQueue: props.deadLetters,
        maxEventAge: RETRY_FOR,
        retryAttempts: RETRIES,
      });
    new Rule(this, 'Requests', {
      eventBus: bus,
      description: 'Requests to transcribe a call, or to stop',
      eventPattern: { detailType: Object.values(INPUT_DETAIL_TYPES) },
      targets: [target()],
    });
    const defaultBus = EventBus.fromEventBusName(this, 'DefaultBus', 'default');
    if (connectInstanceArns.length > 0) {
      new Rule(this, 'ConnectContacts', {
        eventBus: defaultBus,
        description: 'Who answers an Amazon Connect contact, and its end',
        eventPattern: {
          source: [CONNECT_SOURCE],
          detailType: [CONTACT_DETAIL_TYPE],
          // Others come for every contact and say nothing that is kept.
          detail: { eventType: ['QUEUED', 'CONNECTED_TO_AGENT', 'DISCONNECTED'] },
        },
        targets: [target()],
      });
    }
    if (chime) {
      new Rule(this, 'ChimeStreams', {
        eventBus: defaultBus,
        description: 'Streams of Amazon Chime SDK Voice Connectors',
        eventPattern: {
          source: [CHIME_SOURCE],
          detailType: [CHIME_DETAIL_TYPE],
        },
        targets: [target()],
      });
    }
  }
}
