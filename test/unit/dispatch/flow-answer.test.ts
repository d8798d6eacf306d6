import { setTimeout as sleep } from 'node:timers/promises';

import { flowAnswer } from '../../../functions/dispatch/flow-answer';
import { FakeQueues, FakeTable, prepareDispatch, sample } from './support';

interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

/** Never answers; rejects when its signal aborts, as SDK clients do. */
const silence = (_input: unknown, options: CallOptions = {}): Promise<never> =>
  new Promise((_resolve, reject) => {
    const { abortSignal } = options;
    if (abortSignal?.aborted === true) reject(new Error('aborted'));
    abortSignal?.addEventListener('abort', () => reject(new Error('aborted')));
  });

const SILENT_TABLE = { getItem: silence, updateItem: silence };
const FLOW = () => sample('connect-flow-event');
/** As the production limits, but fifty times as fast. */
const quick = { timeout: (ms: number) => AbortSignal.timeout(Math.ceil(ms / 50)) };

it('lets the flow go on with a message in the queue when the table does not answer', async () => {
  const queues = new FakeQueues();

  const { status } = await prepareDispatch(queues, SILENT_TABLE, quick)(FLOW());

  expect(status).toBe('requested');
  expect(queues.messages).toHaveLength(1);
});

it('lets the flow go on without transcription when the queue does not answer', async () => {
  const dispatch = prepareDispatch({ sendMessage: silence } as never, new FakeTable(), quick);

  const answer = flowAnswer(await dispatch(FLOW()));

  expect(answer.callscribe_status).toBe('failed');
  expect(answer.callscribe_reason).toContain('cannot be reached');
});

it('answers within a second when nothing answers', async () => {
  const dispatch = prepareDispatch({ sendMessage: silence } as never, SILENT_TABLE);

  const winner = await Promise.race([dispatch(FLOW()), sleep(5000, 'nobody', { ref: false })]);

  expect(winner).toMatchObject({ status: 'failed' });
});

it('refuses a wrong flow event also when it cannot be parked', async () => {
  const queues = new FakeQueues();
  queues.fails = true;

  const { status } = await prepareDispatch(queues, new FakeTable())({ Name: 'ContactFlowEvent' });

  expect(status).toBe('refused');
});

it('throws an event of a bus back when a service fails, so that it comes again', async () => {
  const queues = new FakeQueues();
  queues.fails = true;
  const dispatch = prepareDispatch(queues, new FakeTable());

  await expect(dispatch(sample('chime-started-caller'))).rejects.toThrow('no queue');
  await expect(dispatch({ 'detail-type': 'Other' })).rejects.toThrow('no queue');
});

it('answers in texts only, one level deep', () => {
  const answer = flowAnswer({ status: 'refused', reason: 'y'.repeat(5000) });

  expect(answer).toEqual({
    callscribe_status: 'refused',
    callscribe_call_id: '',
    callscribe_reason: 'y'.repeat(1000),
  });
});

describe('workers that may sleep', () => {
  it('are woken once a message is in the queue, not before', async () => {
    const queues = new FakeQueues();
    const seen: number[] = [];
    const wakeWorkers = () => Promise.resolve(seen.push(queues.messages.length));
    const dispatch = prepareDispatch(queues, new FakeTable(), { wakeWorkers });

    await dispatch(FLOW());
    await dispatch(sample('connect-contact-connected-to-agent'));

    expect(seen).toEqual([1]);
  });

  it('keep nobody waiting when they cannot be woken', async () => {
    const wakeWorkers = (abortSignal?: AbortSignal) => silence({}, { abortSignal });
    const dispatch = prepareDispatch(new FakeQueues(), new FakeTable(), { ...quick, wakeWorkers });

    expect(await dispatch(FLOW())).toMatchObject({ status: 'requested' });
  });
});
