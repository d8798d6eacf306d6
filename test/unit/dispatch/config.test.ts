import { readDispatchConfig } from '../../../functions/dispatch/config';

const ENV = {
  CALLS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/calls',
  CALLS_DLQ_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/calls-dlq',
  CALLS_TABLE: 'Calls',
};

it('stores nothing of others by default', () => {
  expect(readDispatchConfig(ENV)).toMatchObject({ contactAttributes: [], sipHeaders: [] });
});

it('reads lists of names', () => {
  const config = readDispatchConfig({
    ...ENV,
    CONTACT_ATTRIBUTES: ' order, tier ,',
    SIP_HEADERS: 'X-A',
  });

  expect(config).toMatchObject({ contactAttributes: ['order', 'tier'], sipHeaders: ['X-A'] });
});

it('names every variable that is wrong', () => {
  const read = () => readDispatchConfig({ CALLS_DLQ_URL: 'calls-dlq', LOG_LEVEL: 'loud' });

  expect(read).toThrow(/CALLS_QUEUE_URL.*CALLS_DLQ_URL.*CALLS_TABLE.*LOG_LEVEL/);
});

it('knows the workers to wake by cluster and service, or not at all', () => {
  expect(readDispatchConfig(ENV)).toMatchObject({ workerCluster: undefined });
  expect(readDispatchConfig({ ...ENV, WORKER_CLUSTER: 'c', WORKER_SERVICE: 's' })).toMatchObject({
    workerCluster: 'c',
    workerService: 's',
  });
  expect(() => readDispatchConfig({ ...ENV, WORKER_SERVICE: 's' })).toThrow('WORKER_CLUSTER');
});
