/**
 * Sends an event at a system, the one that `callscribe local` runs in this folder or the one that
 * the environment names. See docs/events.md, or `node events/send.mjs --help`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { loadSources } from './load-sources.mjs';

const HELP = `node events/send.mjs EVENT [options]

EVENT is a file, or the name of a sample in events/ such as connect-flow-event.
A call request goes into the calls queue, our own events go onto the bus, and what AWS sends
(flows, contact events, Chime) is given to dispatch, whose answer is printed.

  --set PATH=TEXT      replaces a member: --set Details.ContactData.ContactId=c-1
  --set-json PATH=JSON the same with a JSON value: --set-json detail.isCaller=null
  --function NAME      has the deployed Lambda function dispatch it, instead of this process
  --dry-run            prints the event instead of sending it
`;

class UsageError extends Error {}

async function run() {
  const { values, positionals } = readArguments();
  if (values.help) return process.stdout.write(HELP);
  if (positionals.length !== 1) throw new UsageError('name one event; --help says how');
  const event = readEvent(positionals[0]);
  for (const change of values.set) setMember(event, change, (text) => text);
  for (const change of values['set-json']) setMember(event, change, parseJson);
  const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
  if (values['dry-run']) return print(event);
  const { localEnvironment } = await loadSources(
    `export { localEnvironment } from '../local/cli/environment';`,
  );
  Object.assign(process.env, localEnvironment(process.env, process.cwd()));
  // The SDK prints nine lines about Node 20 unless this stands before it is loaded.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  print(await send(event, values.function));
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        set: { type: 'string', multiple: true, default: [] },
        'set-json': { type: 'string', multiple: true, default: [] },
        function: { type: 'string' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error.message}; --help says what there is`);
  }
}

function readEvent(name) {
  const sample = fileURLToPath(new URL(`${name}.json`, import.meta.url));
  const path = existsSync(name) ? name : sample;
  if (!existsSync(path)) throw new UsageError(`${name} is neither a file nor a sample in events/`);
  const event = parseJson(readFileSync(path, 'utf8'), name);
  if (typeof event === 'object' && event !== null) return event;
  throw new UsageError(`${name} holds no event`);
}

function parseJson(text, what = 'the value') {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${what} is not JSON`);
  }
}

function setMember(event, change, valueOf) {
  const at = change.indexOf('=');
  if (at < 1) throw new UsageError(`${change} is not PATH=VALUE`);
  const names = change.slice(0, at).split('.');
  const last = names.pop();
  let target = event;
  for (const name of names) target = target?.[name];
  if (typeof target !== 'object' || target === null) {
    throw new UsageError(`the event has no member ${names.join('.')}`);
  }
  target[last] = valueOf(change.slice(at + 1), change.slice(0, at));
}

async function send(event, functionName) {
  const isEvent = 'detail-type' in event;
  if (functionName !== undefined) return invoke(functionName, event);
  if (isEvent && !String(event.source).startsWith('aws.')) return putOnBus(event);
  if (!isEvent && 'legs' in event) return enqueue(event);
  return dispatchHere(event);
}

async function putOnBus(event) {
  const { EventBridge } = await import('@aws-sdk/client-eventbridge');
  const { FailedEntryCount, Entries } = await new EventBridge().putEvents({
    Entries: [
      {
        EventBusName: required('EVENT_BUS_NAME'),
        Source: event.source,
        DetailType: event['detail-type'],
        Detail: JSON.stringify(event.detail),
      },
    ],
  });
  if (FailedEntryCount) throw new Error(`the bus refused the event: ${Entries[0].ErrorCode}`);
  return { eventId: Entries[0].EventId };
}

async function enqueue(request) {
  const { SQS } = await import('@aws-sdk/client-sqs');
  const QueueUrl = required('CALLS_QUEUE_URL');
  const { MessageId } = await new SQS().sendMessage({
    QueueUrl,
    MessageBody: JSON.stringify(request),
  });
  return { messageId: MessageId };
}

/** The bundle that is deployed, in this process and with this environment. */
async function dispatchHere(event) {
  for (const name of ['CALLS_QUEUE_URL', 'CALLS_DLQ_URL', 'CALLS_TABLE']) required(name);
  const { build, isFresh } = await import('../local/build.mjs');
  if (!(await isFresh())) await build();
  process.env.LOG_LEVEL ??= 'error';
  // pino writes to the descriptor of this number; standard output is the answer's alone.
  Object.defineProperty(process.stdout, 'fd', { value: process.stderr.fd });
  const { handler } = createRequire(import.meta.url)('../dist/dispatch/handler.cjs');
  return handler(event);
}

async function invoke(FunctionName, event) {
  const { Lambda } = await import('@aws-sdk/client-lambda').catch(() => {
    throw new UsageError(
      '--function needs a package: npm install --no-save @aws-sdk/client-lambda',
    );
  });
  const { FunctionError, Payload } = await new Lambda().invoke({
    FunctionName,
    Payload: JSON.stringify(event),
  });
  if (FunctionError) throw new Error(`${FunctionName} failed (${FunctionError}); see its log`);
  return JSON.parse(Buffer.from(Payload).toString());
}

function required(name) {
  if (process.env[name]) return process.env[name];
  throw new UsageError(
    `no system found: start \`callscribe local\` in this folder, or set ${name} and the others`,
  );
}

try {
  await run();
} catch (error) {
  process.stderr.write(`send: ${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
