import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  SingleValueWidget,
  TextWidget,
  type Alarm,
  type IMetric,
  type Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { MINUTE, type WorkerMetric } from '../metrics';

const FULL_WIDTH = 24;
const HALF_WIDTH = 12;
const ROW_HEIGHT = 6;

export interface CallDashboardProps {
  readonly dashboardName: string;
  readonly alarms: readonly Alarm[];
  readonly calls: IQueue;
  readonly callsMetric: IMetric;
  readonly worker: WorkerMetric;
  readonly sessionQuota: number;
}

/** "Is every call being heard?": the first row answers it, the others say why not. */
export class CallDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: CallDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: Duration.hours(3),
      widgets: [[title()], [answer(props)], [status(props)], listening(props), limits(props)],
    });
  }
}

function title(): TextWidget {
  return new TextWidget({
    width: FULL_WIDTH,
    height: 2,
    markdown:
      '# Is every call being heard?\nYes, when no call waits, nothing is behind, and there are ' +
      'no gaps and no failed calls.',
  });
}

function answer({ worker, calls }: CallDashboardProps): SingleValueWidget {
  return new SingleValueWidget({
    title: 'Now, and over the last five minutes',
    width: FULL_WIDTH,
    height: 4,
    metrics: [
      worker('activeCalls', 'Sum').with({ label: 'Calls being heard' }),
      waiting(calls),
      worker('behindLiveMs', 'Maximum').with({ label: 'Furthest behind live, ms' }),
      worker('gapSeconds', 'Sum', Duration.minutes(5)).with({ label: 'Seconds not heard' }),
      worker('failedCalls', 'Sum', Duration.minutes(5)).with({ label: 'Failed calls' }),
    ],
  });
}

function status({ alarms }: CallDashboardProps): AlarmStatusWidget {
  return new AlarmStatusWidget({
    title: 'Alarms',
    width: FULL_WIDTH,
    height: 4,
    alarms: [...alarms],
  });
}

function listening({ worker, calls, callsMetric }: CallDashboardProps): GraphWidget[] {
  return [
    graph('Calls', [
      callsMetric,
      worker('activeCalls', 'Sum').with({ label: 'Heard', color: Color.GREEN }),
      waiting(calls).with({ color: Color.RED }),
      worker('callCapacity', 'Sum').with({ label: 'Room for', color: Color.GREY }),
    ]),
    graph('Lateness', [
      worker('behindLiveMs', 'Maximum').with({ label: 'Behind live, ms' }),
      worker('eventLoopLagMs', 'Maximum').with({ label: 'Event loop lag, ms' }),
    ]),
  ];
}

function limits({ worker, sessionQuota }: CallDashboardProps): GraphWidget[] {
  return [
    graph(
      'Transcribe streams',
      [
        worker('activeSessions', 'Sum').with({ label: 'Open' }),
        worker('startedSessions', 'Sum').with({ label: 'Started in the minute' }),
        worker('refusedSessions', 'Sum').with({ label: 'Refused', color: Color.RED }),
      ],
      sessionQuota,
    ),
    graph('Ends, gaps and events that wait', [
      worker('completedCalls', 'Sum').with({ label: 'Completed', color: Color.GREEN }),
      worker('failedCalls', 'Sum').with({ label: 'Failed', color: Color.RED }),
      worker('gapSeconds', 'Sum').with({ label: 'Seconds of gap' }),
      worker('publishBacklog', 'Sum').with({ label: 'Events that wait' }),
    ]),
  ];
}

function waiting(calls: IQueue): Metric {
  return calls.metricApproximateNumberOfMessagesVisible({
    label: 'Calls waiting',
    period: MINUTE,
    statistic: 'Maximum',
  });
}

function graph(titleText: string, left: readonly IMetric[], quota?: number): GraphWidget {
  return new GraphWidget({
    title: titleText,
    width: HALF_WIDTH,
    height: ROW_HEIGHT,
    left: [...left],
    leftYAxis: { min: 0 },
    ...(quota === undefined ? {} : { leftAnnotations: [{ value: quota, label: 'Quota' }] }),
  });
}
