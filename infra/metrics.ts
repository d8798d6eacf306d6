import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

import { METRIC_DIMENSION, METRICS, type MetricKey } from '../shared/metric-names';

/** Every worker writes one line a minute, so a minute's sum is over workers. */
export const MINUTE = Duration.minutes(1);

export type WorkerMetric = (
  key: MetricKey,
  statistic: 'Maximum' | 'Sum',
  period?: Duration,
) => Metric;

/** Metrics of the workers that write to this namespace. */
export function workerMetrics(namespace: string): WorkerMetric {
  return (key, statistic, period = MINUTE) =>
    new Metric({
      namespace,
      metricName: METRICS[key].name,
      dimensionsMap: { [METRIC_DIMENSION.name]: METRIC_DIMENSION.value },
      statistic,
      period,
    });
}
