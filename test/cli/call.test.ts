import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { randomSymbols, renderDtmf, type TrueSymbol } from '../../local/dtmf/dtmf';
import { encodeWav, type WavSpec } from '../../local/media/wav-writer';
import type { SegmentEntry } from '../../local/cli/format/entry';
import { runCallscribe, startLocal, type Outcome, type RunningLocal } from '../support/callscribe';
import { PCM_TRACK, recording } from '../support/recording';
import { seededRandom } from '../support/seeded-random';

jest.setTimeout(120_000);

/** How far from its true onset a symbol may be found. */
const TOLERANCE_MS = 20;

let local: RunningLocal;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.stop());

const callscribe = (line: string, onStart?: Parameters<typeof runCallscribe>[1]) =>
  runCallscribe(line.split(' '), { cwd: local.cwd, ...onStart });

interface Truth {
  readonly caller: readonly TrueSymbol[];
  readonly agent: readonly TrueSymbol[];
}

/** A file of random symbols, different on both sides, the right side silent for its first second. */
function writeTones(name: string, seconds: number, spec: Partial<WavSpec> = {}): Truth {
  const random = seededRandom(seconds);
  const side = (leadMs: number) =>
    renderDtmf({
      symbols: randomSymbols(Math.floor((seconds * 1000 - leadMs) / 100), random),
      toneMs: 50,
      pauseMs: 50,
      leadMs,
      sampleRateHz: spec.sampleRateHz ?? 8000,
      amplitudeDbfs: -6,
    });
  const [caller, agent] = [side(0), side(1000)];
  const channels = spec.channels ?? [caller.samples, agent.samples];
  writeFileSync(join(local.cwd, name), encodeWav({ sampleRateHz: 8000, ...spec, channels }));
  return { caller: caller.truth, agent: agent.truth };
}

/** A line of JSON output: a segment, or something that bears a `type`. */
type Line = Omit<SegmentEntry, 'type'> & { readonly type?: string };

function linesOf({ stdout }: Outcome): Line[] {
  const lines = stdout.trim() === '' ? [] : stdout.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

function expectExact(outcome: Outcome, truth: Partial<Truth>): void {
  const segments = linesOf(outcome);
  for (const channel of ['caller', 'agent'] as const) {
    const words = segments.filter((each) => each.channel === channel).flatMap((each) => each.words);
    const symbols = truth[channel] ?? [];
    expect(words.map((word) => word.text).join('')).toBe(symbols.map((s) => s.symbol).join(''));
    const late = words.filter(
      (word, index) => Math.abs(word.startMs - (symbols[index]?.startMs ?? 0)) > TOLERANCE_MS,
    );
    expect(late).toEqual([]);
  }
  const starts = segments.map((segment) => segment.startMs);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
}

describe('callscribe call', () => {
  it('gives back every symbol of a stereo file once, in order and in time', async () => {
    const truth = writeTones('stereo.wav', 8);

    const call = await callscribe('call stereo.wav --call-id stereo --speed 8');

    expect(call).toMatchObject({ code: 0, stderr: '' });
    expect(call.stdout).toContain('call stereo completed: 0:08 played');
    expectExact(await callscribe('transcript stereo --format json'), truth);
  });

  it('changes no result by its speed', async () => {
    writeTones('short.wav', 3);

    await callscribe('call short.wav --call-id slow --speed 1');
    await callscribe('call short.wav --call-id fast --speed 20');

    const [slow, fast] = await Promise.all(
      ['slow', 'fast'].map((id) => callscribe(`transcript ${id} --format json`)),
    );
    const words = (outcome: Outcome | undefined) =>
      linesOf(outcome!).map(({ channel, startMs, endMs, words: each }) => ({
        channel,
        startMs,
        endMs,
        words: each,
      }));
    expect(words(slow).length).toBeGreaterThan(0);
    expect(words(fast)).toEqual(words(slow));
  });

  it.each([
    ['mulaw', {}],
    ['alaw', { sampleRateHz: 16_000 }],
  ] as const)('plays %s as it is', async (encoding, spec) => {
    const truth = writeTones(`${encoding}.wav`, 4, { encoding, ...spec });

    await callscribe(`call ${encoding}.wav --call-id ${encoding} --speed 8`);

    expectExact(await callscribe(`transcript ${encoding} --format json`), truth);
  });

  it('plays a mono file as the caller, and tells the outcome as JSON', async () => {
    const { samples, truth } = renderDtmf({
      symbols: '123A456B789C*0#D',
      toneMs: 50,
      pauseMs: 50,
      sampleRateHz: 8000,
      amplitudeDbfs: -6,
    });
    writeTones('mono.wav', 0, { channels: [samples] });

    const { stdout } = await callscribe('call mono.wav --call-id mono --speed 8 --json');

    expect(JSON.parse(stdout)).toMatchObject({
      callId: 'mono',
      status: 'completed',
      reason: 'ended',
      playedMs: 1600,
      gaps: 0,
    });
    expectExact(await callscribe('transcript mono --format json'), { caller: truth });
  });

  it('plays back what GetMedia returned', async () => {
    const truth = writeTones('original.wav', 4);
    const { stdout } = await callscribe('call original.wav --call-id original --speed 8 --json');
    const { streamArn } = JSON.parse(stdout) as { streamArn: string };
    writeFileSync(join(local.cwd, 'recording.mkv'), await readStream(streamArn));

    const again = await callscribe('call recording.mkv --call-id again --speed 8');

    expect(again.code).toBe(0);
    expectExact(await callscribe('transcript again --format json'), truth);
  });

  it('fails with the reason of the worker when a codec cannot be heard', async () => {
    const track = { ...PCM_TRACK, codecId: 'A_OPUS' };
    writeFileSync(join(local.cwd, 'opus.mkv'), recording({ tracks: [track] }));

    const { code, stderr, stdout } = await callscribe('call opus.mkv --call-id opus');

    expect(code).toBe(1);
    expect(stderr).toContain('call opus failed (unsupported-codec): track 1 has CodecID "A_OPUS"');
    expect(stdout).toContain('call opus failed');
  });

  it('refuses a call id that exists', async () => {
    writeTones('twice.wav', 2);
    await callscribe('call twice.wav --call-id twice --speed 8');

    const { code, stderr } = await callscribe('call twice.wav --call-id twice');

    expect(code).toBe(2);
    expect(stderr).toContain('call twice exists already');
  });

  it('waits through throttled reads and a control plane that is down for a moment', async () => {
    const truth = writeTones('patient.wav', 3);
    await arm({ service: 'dynamodb', kind: 'throttled', target: 'CallLog/Query', times: 12 });
    await arm({ service: 'kinesis-video', kind: 'getdataendpoint-unavailable', times: 5 });

    const call = await callscribe('call patient.wav --call-id patient --speed 8');

    expect(call).toMatchObject({ code: 0, stderr: '' });
    await arm({ service: 'dynamodb', kind: 'throttled', target: 'CallLog/Query', times: 12 });
    expectExact(await callscribe('transcript patient --format json'), truth);
  });

  it('hangs up at the first interrupt and still ends the call well', async () => {
    writeTones('long.wav', 60);

    let player: ChildProcess | undefined;
    const calling = callscribe('call long.wav --call-id cut-off --json', {
      onStart: (child) => (player = child),
    });
    await waitUntilListed('cut-off');
    player?.kill('SIGINT');
    const call = await calling;

    expect(call.code).toBe(0);
    expect(call.stderr).toContain('hanging up');
    const { status, playedMs, endMs } = JSON.parse(call.stdout) as Record<string, unknown>;
    expect(status).toBe('completed');
    expect(playedMs).toBeLessThan(59_000);
    expect(endMs).toBe(playedMs);
  });
});

describe('callscribe tail', () => {
  it('shows one call from beginning to end, whatever is over already', async () => {
    writeTones('tailed.wav', 6);
    const tail = callscribe('tail tailed --json');

    await callscribe('call tailed.wav --call-id tailed --speed 4');

    const live = linesOf(await tail);
    const after = linesOf(await callscribe('tail tailed --json'));
    const transcript = linesOf(await callscribe('transcript tailed --format json'));
    const segments = live.filter((item) => item.type === undefined);
    expect(live).toEqual(after);
    expect([live[0], live.at(-1)]).toMatchObject([{ type: 'started' }, { type: 'completed' }]);
    expect(segments.map((item) => item.seq).sort()).toEqual(
      transcript.map((item) => item.seq).sort(),
    );
    expect(segments.length).toBeGreaterThan(1);
  });
});

describe('callscribe calls and delete', () => {
  it('lists a call and removes it everywhere', async () => {
    writeTones('doomed.wav', 2);
    await callscribe('call doomed.wav --call-id doomed --speed 8');
    const listed = await callscribe('calls --json');

    const unasked = await callscribe('delete doomed');
    const deleted = await callscribe('delete doomed --yes');

    expect(linesOf(listed).map((call) => call.callId)).toContain('doomed');
    expect(unasked.code).toBe(2);
    expect(deleted).toMatchObject({ code: 0, stderr: '' });
    expect((await callscribe('transcript doomed')).code).toBe(1);
    expect((await callscribe('delete doomed --yes')).code).toBe(1);
    expect((await callscribe('calls')).stdout).not.toContain('doomed');
    // Its audio is gone too: the name can be played again.
    expect((await callscribe('call doomed.wav --call-id doomed --speed 8')).code).toBe(0);
  });

  it('refuses to delete a live call unless forced', async () => {
    writeTones('alive.wav', 30);
    let player: ChildProcess | undefined;
    const playing = callscribe('call alive.wav --call-id alive', {
      onStart: (child) => (player = child),
    });
    await waitUntilListed('alive');

    const { code, stderr } = await callscribe('delete alive --yes');

    expect(code).toBe(1);
    expect(stderr).toContain('call alive is live');
    player?.kill('SIGINT');
    expect((await playing).code).toBe(0);
  });
});

/** Arms a fault in the running system, which must know it. */
async function arm(fault: object): Promise<void> {
  const url = `${local.env.CALLSCRIBE_CONTROL_URL}/faults`;
  const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(fault) });
  expect(status).toBe(201);
}

async function waitUntilListed(callId: string): Promise<void> {
  for (;;) {
    const { stdout } = await callscribe('calls');
    if (stdout.includes(callId)) return;
  }
}

/** Everything a stream holds, as a GetMedia body that ends where the live edge is. */
async function readStream(streamArn: string): Promise<Uint8Array> {
  const abort = new AbortController();
  const response = await fetch(`${local.env.AWS_ENDPOINT_URL_KINESIS_VIDEO}/getMedia`, {
    method: 'POST',
    signal: abort.signal,
    body: JSON.stringify({
      StreamARN: streamArn,
      StartSelector: { StartSelectorType: 'EARLIEST' },
    }),
  });
  const parts: Uint8Array[] = [];
  try {
    let timer: NodeJS.Timeout | undefined;
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      parts.push(part);
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), 500);
    }
  } catch {
    // Nothing came for a while: that was all.
  }
  return Buffer.concat(parts);
}
