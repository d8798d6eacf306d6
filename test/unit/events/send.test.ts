import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { startSqs } from '../../../local/sqs/sqs';
import { EVENTS_FOLDER, readEventFile } from './event-files';

/** Runs the script where no system is. */
const send = (...args: readonly string[]) => sendWith({}, args);

function sendWith(env: Readonly<Record<string, string>>, args: readonly string[]) {
  const child = spawn(process.execPath, [join(EVENTS_FOLDER, 'send.mjs'), ...args], {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
}

it('shows an event with the changes that were asked for', async () => {
  const { code, stdout } = await send(
    ...['chime-started-agent', '--dry-run', '--set', 'detail.transactionId=t=1'],
    ...['--set-json', 'detail.isCaller=null'],
  );

  const { detail, ...envelope } = readEventFile('chime-started-agent');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    ...envelope,
    detail: { ...(detail as object), transactionId: 't=1', isCaller: null },
  });
});

it.each([
  [['no-such-sample'], 'neither a file nor a sample'],
  [[], 'name one event'],
  [['chime-failed', '--set', 'nonsense'], 'PATH=VALUE'],
  [['chime-failed', '--set', 'a.b.c=1'], 'no member a.b'],
  [['chime-failed', '--set-json', 'detail.x=yes'], 'not JSON'],
  [['chime-failed', '--no-such-option'], '--help'],
  [['chime-failed'], 'no system found'],
  [['call-request'], 'no system found'],
  [['transcription-requested'], 'no system found'],
])('says in one sentence what is wrong with %j', async (args, sentence) => {
  const { code, stdout, stderr } = await send(...args);

  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sentence);
  expect(stderr.trimEnd()).not.toContain('\n');
});

it('answers on standard output alone, whatever dispatch has to log', async () => {
  const sqs = await startSqs();
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: sqs.url,
    // Nobody listens there.
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
    CALLS_QUEUE_URL: sqs.callsQueueUrl,
    CALLS_DLQ_URL: sqs.callsDlqUrl,
    CALLS_TABLE: 'Calls',
  };

  const sent = sendWith(env, ['connect-flow-event']).finally(() => sqs.close());
  const { code, stdout, stderr } = await sent;

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ callscribe_call_id: expect.any(String) as string });
  expect(stderr).toContain('a service failed while an event was dispatched');
});
