import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFn } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { MINUTE, type WorkerMetric } from '../metrics';

const FIVE_MINUTES = Duration.minutes(5);
/** A reader that has just opened a stream, or opens it again, is behind for a few seconds. */
const BEHIND_LIVE_MS = 15_000;
const LAG_MS = 250;
/** Records; a call makes some twenty a minute, and each is published within a second. */
const BACKLOG = 200;
const QUOTA_PERCENT = 80;

export interface AlarmsProps {
  readonly calls: IQueue;
  readonly deadLetters: readonly { readonly name: string; readonly queue: IQueue }[];
  readonly dispatch: LambdaFn;
  readonly worker: WorkerMetric;
  readonly sessionQuota: number;
  /** Without tasks that always run, silence of the workers means nothing. */
  readonly alwaysRunning: boolean;
  readonly email: string;
  readonly key?: IKey;
}

interface Rule {
  readonly name: string;
  /** What it means and where to look, for whoever is woken by it. */
  readonly says: string;
  readonly metric: IMetric;
  readonly above: number;
  /** Evaluation periods in a row. */
  readonly lasting: number;
  readonly silenceIsBad?: boolean;
}

/** One topic for everything that a person should look at; each alarm says what to do. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: 'callscribe alarms',
      enforceSSL: true,
      ...(props.key === undefined ? {} : { masterKey: props.key }),
    });
    if (props.email !== '') this.topic.addSubscription(new EmailSubscription(props.email));
    const action = new SnsAction(this.topic);
    this.alarms = [...heardRules(props), ...healthRules(props)].map((rule) => {
      const alarm = new Alarm(this, rule.name, {
        alarmDescription: `${rule.says} See docs/deploy.md, "When something is wrong".`,
        metric: rule.metric,
        threshold: rule.above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: rule.lasting,
        treatMissingData:
          rule.silenceIsBad === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}

/** Calls that are not heard, or not wholly. */
function heardRules({ calls, deadLetters, worker }: AlarmsProps): Rule[] {
  return [
    ...deadLetters.map(({ name, queue }) => ({
      name: `${name}DeadLetters`,
      says: `${name}: messages that nobody could work on wait for a person.`,
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: MINUTE,
        statistic: 'Maximum',
      }),
      above: 0,
      lasting: 1,
    })),
    {
      name: 'CallsWaiting',
      says: 'Calls have waited for a worker for more than 60 seconds.',
      // The age of the oldest message would count live calls, whose messages stay in the queue.
      metric: calls.metricApproximateNumberOfMessagesVisible({
        period: MINUTE,
        statistic: 'Minimum',
      }),
      above: 0,
      lasting: 2,
    },
    {
      name: 'BehindLive',
      says: 'A call is transcribed later than it is spoken.',
      metric: worker('behindLiveMs', 'Maximum'),
      above: BEHIND_LIVE_MS,
      lasting: 3,
    },
    {
      name: 'Gaps',
      says: 'Seconds of calls could not be heard; their gap records say why.',
      metric: worker('gapSeconds', 'Sum', FIVE_MINUTES),
      above: 1,
      lasting: 1,
    },
    {
      name: 'FailedCalls',
      says: 'Calls ended without a whole transcript; their failed records say why.',
      metric: worker('failedCalls', 'Sum', FIVE_MINUTES),
      above: 0,
      lasting: 1,
    },
  ];
}

/** What will become a loss if it goes on. */
function healthRules(props: AlarmsProps): Rule[] {
  const { worker, dispatch, sessionQuota } = props;
  return [
    {
      name: 'PublishBacklog',
      says: 'Events come late: the bus refuses or delays them. Nothing is lost.',
      metric: worker('publishBacklog', 'Maximum'),
      above: BACKLOG,
      lasting: 3,
    },
    {
      name: 'EventLoopLag',
      says: 'A worker has more to do than one core can; lower callsPerTask or raise taskCpu.',
      metric: worker('eventLoopLagMs', 'Maximum'),
      above: LAG_MS,
      lasting: 3,
    },
    {
      name: 'SessionQuota',
      says: `More than ${QUOTA_PERCENT} % of the Transcribe streams of the account are in use.`,
      metric: new MathExpression({
        label: 'Transcribe streams in use, percent of the quota',
        expression: `100 * sessions / ${sessionQuota}`,
        period: MINUTE,
        usingMetrics: { sessions: worker('activeSessions', 'Sum') },
      }),
      above: QUOTA_PERCENT,
      lasting: 3,
    },
    {
      name: 'SessionsRefused',
      says: 'Transcribe refused streams because of the quota; calls wait, their audio is safe.',
      metric: worker('refusedSessions', 'Sum', FIVE_MINUTES),
      above: 0,
      lasting: 1,
    },
    {
      name: 'DispatchErrors',
      says: 'Dispatch failed on events; Lambda tries them again, then they are dead letters.',
      metric: dispatch.metricErrors({ period: FIVE_MINUTES, statistic: 'Sum' }),
      above: 0,
      lasting: 1,
    },
    ...(props.alwaysRunning ? [silentWorkers(worker)] : []),
  ];
}

function silentWorkers(worker: WorkerMetric): Rule {
  return {
    name: 'NoWorker',
    says: 'No worker has said anything for five minutes: nobody listens.',
    metric: new MathExpression({
      label: 'Workers that are silent',
      // A worker's capacity is never 0, so a minute that has a line is worth 0 here.
      expression: 'IF(capacity > 0, 0, 1)',
      period: MINUTE,
      usingMetrics: { capacity: worker('callCapacity', 'Sum') },
    }),
    above: 0,
    lasting: 5,
    silenceIsBad: true,
  };
}
