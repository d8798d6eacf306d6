import type { TranscribeOptions } from '../../../functions/transcribe/options';
import type { RunOptions } from '../../../functions/transcribe/run-options';
import { transcribe } from '../../../functions/transcribe/transcribe';
import type { CallscribeError } from '../../../shared/errors';
import { parseTranscribeOptions } from '../../../shared/transcribe-options/parse';
import { newCallId } from '../call-id';
import type { TranscribeCommandOptions } from '../commands/transcribe';
import { serviceOptions } from '../commands/transcribe-flags';
import { localEnvironment } from '../environment';
import { formatLength } from '../format/position';
import { EndableAudio } from './endable';
import { openInput } from './open-input';
import { EventPrinter } from './print-events';

/** What shells report for an interrupted command. */
const INTERRUPTED_EXIT_CODE = 130;

/** `callscribe transcribe`: audio to the service and what comes back to standard output. */
export async function runTranscribe(
  file: string,
  command: TranscribeCommandOptions,
): Promise<void> {
  const env = command.aws === true ? process.env : localEnvironment(process.env, process.cwd());
  // What is wrong with them is worth saying before any input is waited for.
  const service = parseTranscribeOptions(serviceOptions(command));
  const { audio, ...format } = await openInput(file, command);
  const input = new EndableAudio(audio);
  const printer = new EventPrinter({
    format: command.format,
    gaps: command.gaps === true || command.format === 'text',
    partials: command.partials === true && command.format === 'json',
    callId: newCallId(Date.now(), Math.random),
    env: process.env,
  });
  const options: TranscribeOptions = { ...service, ...format };
  const events = transcribe(input, options, {
    ...runOptions(command, env),
    onRetry: retryNotes(printer),
  });
  const release = endOnSignal(input, printer);
  try {
    for await (const event of events) {
      await printer.print(event);
      if (event.type === 'end' && process.stderr.isTTY) printer.note(summary(event));
    }
  } finally {
    release();
    // What was heard before a failure is not lost with it.
    await printer.finish();
  }
}

/** The first signal ends the audio, so that its last words come; a second one leaves at once. */
function endOnSignal(input: EndableAudio, printer: EventPrinter): () => void {
  const onSignal = (): void => {
    if (process.exitCode === INTERRUPTED_EXIT_CODE) process.exit();
    process.exitCode = INTERRUPTED_EXIT_CODE;
    if (process.stderr.isTTY)
      printer.note('waiting for the last words; once more to leave at once');
    input.end();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  };
}

function runOptions(
  command: TranscribeCommandOptions,
  env: Readonly<Record<string, string | undefined>>,
): RunOptions {
  const accessKeyId = env.AWS_ACCESS_KEY_ID ?? '';
  const secretAccessKey = env.AWS_SECRET_ACCESS_KEY ?? '';
  const sessionToken = env.AWS_SESSION_TOKEN ?? '';
  const region = command.region ?? env.AWS_REGION ?? '';
  const endpoint =
    command.endpoint ?? env.AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING ?? env.AWS_ENDPOINT_URL ?? '';
  return {
    pace: command.pace === true,
    ...leadOf(command, env),
    ...(region === '' ? {} : { region }),
    ...(endpoint === '' ? {} : { endpoint }),
    // Without keys in the environment the SDK looks where it always looks (profiles, roles).
    ...(accessKeyId === '' || secretAccessKey === ''
      ? {}
      : {
          credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
        }),
  };
}

/** The local service hears faster than one speaks, and its system says how much faster. */
function leadOf(
  { lead }: TranscribeCommandOptions,
  env: Readonly<Record<string, string | undefined>>,
): { readonly maxLeadMs?: number } {
  if (lead !== undefined) return { maxLeadMs: lead * 1000 };
  const systemMs = Number(env.CATCH_UP_LEAD_MS ?? '');
  return systemMs > 0 ? { maxLeadMs: systemMs } : {};
}

/** Says once why it is tried again; of an outage there is a failure every second. */
function retryNotes(printer: EventPrinter): (reason: CallscribeError) => void {
  let said = '';
  return ({ message }) => {
    if (message === said) return;
    said = message;
    printer.note(`callscribe: ${message} Trying again.`);
  };
}

function summary(end: { endMs: number; finals: number; sessions: number; billedSeconds: number }) {
  return (
    `${formatLength(end.endMs)} of audio, ${end.finals} segments, ` +
    `${end.sessions} sessions, ${end.billedSeconds} s billed`
  );
}
