import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DynamoDB } from '@aws-sdk/client-dynamodb';

import { findCall } from '../../local/cli/store/call-list';
import { LOCAL_CREDENTIALS } from '../../local/stand-in';
import { runCallscribe, startLocal, type RunningLocal } from '../support/callscribe';
import { startLiveStream } from './live-stream';

jest.setTimeout(120_000);

const SEND = join(__dirname, '../../events/send.mjs');
const SPEED = 4;

let local: RunningLocal;
let dynamoDb: DynamoDB;

beforeAll(async () => {
  local = await startLocal();
  dynamoDb = new DynamoDB({
    endpoint: local.env.AWS_ENDPOINT_URL_DYNAMODB,
    region: local.env.AWS_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
});

afterAll(async () => {
  dynamoDb.destroy();
  await local.stop();
});

/** Sends a sample as a person would: by the script, which runs the bundle that is deployed. */
function send(sample: string, members: Readonly<Record<string, string>>): Promise<unknown> {
  const changes = Object.entries(members).flatMap(([path, text]) => ['--set', `${path}=${text}`]);
  const child = spawn(process.execPath, [SEND, sample, ...changes], {
    cwd: local.cwd,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const answered = new Promise<string>((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(stderr));
    });
  });
  return answered.then((text) => JSON.parse(text) as unknown);
}

/** What each party is found to have dialled, once the call is over. */
async function heard(callId: string): Promise<Record<string, string>> {
  // Follows the call to its end.
  await runCallscribe(['tail', callId], { cwd: local.cwd });
  const transcript = ['transcript', callId, '--format', 'json'];
  const { stdout } = await runCallscribe(transcript, { cwd: local.cwd });
  const symbols: Record<string, string> = {};
  for (const line of stdout.trim().split('\n')) {
    const { channel, text } = JSON.parse(line) as { channel: string; text: string };
    symbols[channel] = (symbols[channel] ?? '') + text.replaceAll(' ', '');
  }
  return symbols;
}

const itemOf = (callId: string) => findCall(dynamoDb, 'Calls', callId);

it('turns a flow of Amazon Connect into a finished transcript', async () => {
  const callId = 'connect-story';
  const stream = await startLiveStream(local, {
    name: 'connect-story',
    parties: 2,
    seconds: 16,
    tags: [{ name: 'ContactId', value: callId }],
    speed: SPEED,
    startTimeMs: Date.now(),
    seed: 1,
  });
  const audio = 'Details.ContactData.MediaStreams.Customer.Audio';
  const flow = {
    'Details.ContactData.ContactId': callId,
    [`${audio}.StreamARN`]: stream.streamArn,
    [`${audio}.StartFragmentNumber`]: stream.firstFragmentNumber,
    [`${audio}.StartTimestamp`]: String(stream.endTimeMs - 16_000),
  };

  const answers = [await send('connect-flow-event', flow), await send('connect-flow-event', flow)];
  await stream.played;
  await send('connect-contact-disconnected', {
    'detail.contactId': callId,
    'detail.disconnectTimestamp': new Date(stream.endTimeMs).toISOString(),
  });

  expect(answers).toMatchObject([
    { callscribe_status: 'requested', callscribe_call_id: callId, callscribe_reason: '' },
    // Requested once more, which does no harm, if the table took longer than a flow may wait.
    { callscribe_status: expect.stringMatching(/^(already-)?requested$/) as string },
  ]);
  expect(await heard(callId)).toEqual({ caller: stream.symbols[0], agent: stream.symbols[1] });
  expect(await itemOf(callId)).toMatchObject({ status: 'completed', endReason: 'ended' });
});

describe.each([
  ['caller', 'agent'],
  ['agent', 'caller'],
])('a Chime call whose %s streams 5 s before its %s, which is told twice', (first, second) => {
  const callId = `chime-story-${first}`;
  let symbols: Record<string, string | undefined>;
  let found: Record<string, string>;

  beforeAll(async () => {
    const startTimeMs = Date.now();
    const one = await startLeg(callId, first, startTimeMs, 16);
    await sleep(startTimeMs + 5000 - Date.now());
    const other = await startLeg(callId, second, startTimeMs + 5000, 10);
    await send(`chime-started-${second}`, other.members);
    for (const { stream, members, party } of [one, other]) {
      await stream.played;
      const endTime = new Date(stream.endTimeMs).toISOString();
      await send(`chime-ended-${party}`, { ...members, 'detail.endTime': endTime });
    }
    symbols = { [first]: one.stream.symbols[0], [second]: other.stream.symbols[0] };
    found = await heard(callId);
  });

  it('is one call with both legs, over when both have ended', async () => {
    expect(await itemOf(callId)).toMatchObject({
      status: 'completed',
      legs: [{ channel: first }, { channel: second }],
      endTime: expect.any(String) as string,
    });
  });

  it('is heard on the leg that came first', () => {
    expect(found[first]).toBe(symbols[first]);
  });

  it('is heard on the leg that came later', () => {
    expect(found[second]).toBe(symbols[second]);
  });
});

/** One leg with a stream of its own, and its STARTED event. */
async function startLeg(callId: string, party: string, startTimeMs: number, seconds: number) {
  const stream = await startLiveStream(local, {
    name: `${callId}-${party}`,
    parties: 1,
    seconds,
    tags: [{ name: 'TransactionId', value: callId }],
    speed: 1,
    startTimeMs,
    seed: party.length,
  });
  const members = {
    'detail.transactionId': callId,
    'detail.streamArn': stream.streamArn,
    'detail.startFragmentNumber': stream.firstFragmentNumber,
    'detail.startTime': new Date(startTimeMs).toISOString(),
  };
  await send(`chime-started-${party}`, members);
  return { stream, members, party };
}
