import {
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
  type AudioStream,
} from '@aws-sdk/client-transcribe-streaming';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { transcribe } from '../../functions/transcribe/transcribe';
import { createScriptEngine } from '../../local/recognisers/script';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../local/stand-in';
import { startTranscribe } from '../../local/transcribe/transcribe';
import { figure } from './figures';
import { machineMs, sleep } from './process/clock';
import { MEASURED_CORE, OTHER_CORE, pinned, pinSelf } from './process/pin';
import { median, short } from './statistics';

/**
 * `node dist/bench/library.mjs [--seconds S] [--json]`: what one live stream costs with the library
 * and, beside it at the same time and on the same core, with the loop of the bare SDK. Each is a
 * process of its own; the service runs on the other core and gives two partials a second.
 */
const SAMPLE_RATE_HZ = 8_000;
const PIECE_MS = 100;
const PIECE_BYTES = (SAMPLE_RATE_HZ * 4 * PIECE_MS) / 1000;
const ROUNDS = 3;
/** Until the code that runs is the compiled one. */
const WARM_UP_MS = 15_000;
const DEFAULT_SECONDS = 20;

const LOOPS: Readonly<Record<string, (endpoint: string) => Promise<void>>> = {
  library: libraryLoop,
  sdk: sdkLoop,
};

// What the SDK prints about its Node is read when it is loaded; here it is late, and does no harm.
const [, , role, endpoint = ''] = process.argv;
const loop = LOOPS[role ?? ''];
if (loop !== undefined) {
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.once('disconnect', () => process.exit());
  await loop(endpoint);
} else {
  await measure(process.argv.slice(2));
  process.exit();
}

async function measure(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--seconds');
  const windowMs = (at < 0 ? DEFAULT_SECONDS : Number(args[at + 1])) * 1000;
  pinSelf(OTHER_CORE);
  const service = await startTranscribe({ engine: createScriptEngine() });
  const streams = Object.keys(LOOPS).map((name) => ({
    name,
    child: startLoop(name, service.url),
    shares: [] as number[],
  }));
  await sleep(WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round++) {
    const before = await Promise.all(streams.map(({ child }) => cpuMs(child)));
    const fromMs = machineMs();
    await sleep(windowMs);
    const after = await Promise.all(streams.map(({ child }) => cpuMs(child)));
    const tookMs = machineMs() - fromMs;
    streams.forEach(({ shares }, index) => {
      shares.push((((after[index] ?? NaN) - (before[index] ?? NaN)) * 100) / tookMs);
    });
  }
  for (const { child } of streams) child.kill('SIGKILL');
  tell(new Map(streams.map(({ name, shares }) => [name, shares])), args.includes('--json'));
}

function tell(shares: ReadonlyMap<string, readonly number[]>, isJson: boolean): void {
  const library = shares.get('library') ?? [];
  const sdk = shares.get('sdk') ?? [];
  const figures = [
    figure('library.cpu', median(library), '% of a core', { atMost: 1 }),
    figure('library.cpu.sdk', median(sdk), '% of a core'),
    figure('library.cpu.to-sdk', median(library) / median(sdk), 'ratio'),
  ];
  if (isJson) {
    for (const each of figures) process.stdout.write(`${JSON.stringify(each)}\n`);
    return;
  }
  const text = (values: readonly number[]) => values.map(short).join(', ');
  process.stdout.write(
    'one live stream of two channels at 8 kHz, results included, % of a core per window:\n' +
      `  transcribe()   ${text(library)}\n  bare SDK loop  ${text(sdk)}\n`,
  );
}

function startLoop(name: string, url: string): ChildProcess {
  const own = fileURLToPath(import.meta.url);
  const [file, ...args] = pinned(MEASURED_CORE, [process.execPath, own, name, url]);
  return spawn(file, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
}

async function cpuMs(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [usage] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return (usage.user + usage.system) / 1000;
}

async function libraryLoop(url: string): Promise<void> {
  const options = { language: 'en-US', sampleRateHz: SAMPLE_RATE_HZ, channels: 2 } as const;
  const run = { endpoint: url, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
  for await (const _event of transcribe(microphone(), options, run)) {
    // Reading is what is measured.
  }
}

async function sdkLoop(url: string): Promise<void> {
  const client = new TranscribeStreamingClient({
    endpoint: url,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const response = await client.send(
    new StartStreamTranscriptionCommand({
      MediaEncoding: 'pcm',
      MediaSampleRateHertz: SAMPLE_RATE_HZ,
      LanguageCode: 'en-US',
      EnableChannelIdentification: true,
      NumberOfChannels: 2,
      AudioStream: audioEvents(),
    }),
  );
  for await (const _event of response.TranscriptResultStream ?? []) {
    // The same here.
  }
}

async function* audioEvents(): AsyncGenerator<AudioStream> {
  for await (const AudioChunk of microphone()) yield { AudioEvent: { AudioChunk } };
}

/** Noise in pieces of 100 ms, each when it would have been spoken. */
async function* microphone(): AsyncGenerator<Uint8Array> {
  const piece = Int16Array.from({ length: PIECE_BYTES / 2 }, () => (Math.random() - 0.5) * 8_000);
  const bytes = new Uint8Array(piece.buffer);
  const startMs = machineMs();
  for (let sent = 1; ; sent++) {
    await sleep(Math.max(0, startMs + sent * PIECE_MS - machineMs()));
    yield bytes;
  }
}
