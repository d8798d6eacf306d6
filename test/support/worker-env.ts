/** The least that a worker has to be told. */
export const WORKER_ENV = {
  AWS_REGION: 'us-east-1',
  CALLS_QUEUE_URL: 'http://127.0.0.1/calls',
  CALLS_TABLE: 'Calls',
  CALL_LOG_TABLE: 'CallLog',
  EVENT_BUS_NAME: 'callscribe',
};
