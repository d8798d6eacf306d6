import type { handler as Handler } from '../../../functions/dispatch/handler';
import { readEventFile } from '../events/event-files';

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  CALLS_QUEUE_URL: 'http://127.0.0.1:9/1/calls',
  CALLS_DLQ_URL: 'http://127.0.0.1:9/1/calls-dlq',
  CALLS_TABLE: 'Calls',
};

/** The handler of an instance that was started with this environment, and has nothing of it left. */
async function startedWith(env: Readonly<Record<string, string>>): Promise<typeof Handler> {
  const { env: before } = process;
  process.env = { ...env, LOG_LEVEL: 'silent' };
  try {
    let loaded: typeof Handler | undefined;
    await jest.isolateModulesAsync(async () => {
      ({ handler: loaded } = await import('../../../functions/dispatch/handler'));
    });
    if (loaded === undefined) throw new Error('the handler was not loaded');
    return loaded;
  } finally {
    process.env = before;
  }
}

const CONTACT_EVENT = readEventFile('connect-contact-disconnected');
/** Nothing to be done for it, so no service is asked. */
const CHAT_ENDED = {
  ...CONTACT_EVENT,
  detail: { ...(CONTACT_EVENT.detail as object), channel: 'CHAT' },
};

describe('handler', () => {
  it('is ready before the first event comes', async () => {
    const handler = await startedWith(ENVIRONMENT);

    expect(await handler(CHAT_ENDED)).toMatchObject({ callscribe_status: 'ignored' });
  });

  it('answers a flow also where it is not set up', async () => {
    const handler = await startedWith({});

    expect(await handler(readEventFile('connect-flow-event'))).toEqual({
      callscribe_status: 'failed',
      callscribe_call_id: '',
      callscribe_reason: 'callscribe is not set up',
    });
  });

  it('throws an event of a bus back where it is not set up', async () => {
    const handler = await startedWith({});

    await expect(handler(CHAT_ENDED)).rejects.toMatchObject({ code: 'bad-configuration' });
  });
});
