import { connect } from 'node:http2';

import { createTonesEngine } from '../../../local/recognisers/tones';
import { encodeMessage, encodeStringHeaders } from '../../../local/transcribe/event-stream';
import {
  chunks,
  collect,
  interleave,
  sleep,
  start,
  TestBench,
  tones,
  transcribe,
} from './sdk-client';

const bench = new TestBench();
afterEach(() => bench.close());

const HALF_A_SECOND = new Int16Array(4000);
const STEREO = { EnableChannelIdentification: true, NumberOfChannels: 2 } as const;

describe('the limits of the Transcribe stand-in', () => {
  it('takes a chunk of exactly 1 s and refuses a longer one', async () => {
    const standIn = await bench.start();
    const client = bench.client(standIn);
    const { samples } = tones('123456789012');

    const heard = await transcribe(client, chunks(samples, 8000));
    expect(heard.symbols()).toBe('123456789012');

    await expect(transcribe(client, chunks(samples, 8001))).rejects.toMatchObject({
      name: 'BadRequestException',
      message: expect.stringMatching(/^Your stream is too big\. Reduce the frame size/),
    });
    const stereo = interleave(samples, samples);
    await transcribe(client, chunks(stereo, 16_000), STEREO);
    await expect(transcribe(client, chunks(stereo, 16_002), STEREO)).rejects.toThrow(/too big/);
  });

  it('refuses audio that is no whole number of samples', async () => {
    const standIn = await bench.start();
    async function* odd() {
      yield new Uint8Array(321);
      await sleep(50);
    }

    await expect(transcribe(bench.client(standIn), odd())).rejects.toMatchObject({
      name: 'BadRequestException',
      message: 'The data is corrupted.',
    });
  });

  it('ends a session without new audio', async () => {
    const standIn = await bench.start({ limits: { idleMs: 400 } });
    let stop = () => {};
    async function* pausing() {
      for (let turn = 0; turn < 5; turn++) {
        yield* chunks(new Int16Array(800));
        await sleep(100);
      }
      await new Promise<void>((resolve) => (stop = resolve));
    }

    const refused = transcribe(bench.client(standIn), pausing());

    await expect(refused).rejects.toMatchObject({
      name: 'BadRequestException',
      message: 'Your request timed out because no new audio was received for 0.4 seconds.',
    });
    // Together the pauses were longer, each was not: all their audio was heard.
    expect(standIn.sessions()).toMatchObject([{ audioMs: 500, endedBy: 'BadRequestException' }]);
    stop();
  });

  it('ends a session whose audio has become too long', async () => {
    const standIn = await bench.start({ limits: { maxSessionMs: 2000 } });
    const client = bench.client(standIn);

    await transcribe(client, chunks(new Int16Array(16_000)));
    await expect(transcribe(client, chunks(new Int16Array(16_001)))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });

    expect(standIn.sessions().map(({ audioMs }) => audioMs)).toEqual([2000, 2000]);
  });

  it('refuses more streams at once than the quota and takes one again when one ended', async () => {
    const standIn = await bench.start({ limits: { concurrentStreams: 2 } });
    const client = bench.client(standIn);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    async function* audio() {
      yield* chunks(HALF_A_SECOND);
      await held;
    }
    const running = [await start(client, audio()), await start(client, audio())];

    await expect(start(client, chunks(HALF_A_SECOND))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: expect.stringContaining('You have reached your limit of concurrent streams, 2'),
      $metadata: { httpStatusCode: 429 },
    });
    expect(standIn.counters().active).toBe(2);

    release();
    for (const { TranscriptResultStream } of running) await collect(TranscriptResultStream);
    await transcribe(client, chunks(HALF_A_SECOND));
  });

  it('refuses more starts a second than the quota', async () => {
    let nowMs = 0;
    const clock = {
      nowMs: Date.now,
      monotonicMs: () => nowMs,
      setTimer: () => () => undefined,
    };
    const standIn = await bench.start({ limits: { startsPerSecond: 3 }, clock });
    const client = bench.client(standIn);
    for (let turn = 0; turn < 3; turn++) await transcribe(client, chunks(HALF_A_SECOND));

    await expect(start(client, chunks(HALF_A_SECOND))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Rate exceeded',
    });

    nowMs += 400;
    await transcribe(client, chunks(HALF_A_SECOND));
  });

  it('refuses a session id that is in use, and takes it afterwards', async () => {
    const standIn = await bench.start();
    const client = bench.client(standIn);
    const SessionId = '01234567-89ab-cdef-0123-456789abcdef';
    const running = await start(client, bench.live(new Int16Array(8000)), { SessionId });

    await expect(start(client, chunks(HALF_A_SECOND), { SessionId })).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });

    await collect(running.TranscriptResultStream);
    await transcribe(client, chunks(HALF_A_SECOND), { SessionId });
  });

  describe('seen over bare HTTP/2', () => {
    const headers = {
      ':method': 'POST',
      ':path': '/stream-transcription',
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amzn-transcribe-sample-rate': '8000',
      'x-amzn-transcribe-media-encoding': 'pcm',
      'x-amzn-transcribe-language-code': 'en-US',
    };
    const unsigned = { verifyRequests: false, verifyFrames: false } as const;
    const audioEvent = encodeMessage(
      encodeStringHeaders({ ':message-type': 'event', ':event-type': 'AudioEvent' }),
      new Uint8Array(1600),
    );

    it('names a stream that was closed without the empty frame', async () => {
      const standIn = await bench.start(unsigned);
      const connection = connect(standIn.url);
      const stream = connection.request(headers);
      stream.end(audioEvent);

      const body = Buffer.concat(await stream.toArray()).toString('latin1');

      expect(body).toContain('BadRequestException');
      expect(body).toContain('A complete signal was sent without the preceding empty frame');
      connection.destroy();
    });

    it('says that bytes are no event stream', async () => {
      const standIn = await bench.start(unsigned);
      const connection = connect(standIn.url);
      const stream = connection.request(headers);
      stream.write(Buffer.alloc(4000, 7));

      const body = Buffer.concat(await stream.toArray()).toString('latin1');

      expect(body).toContain('The data is corrupted.');
      connection.destroy();
    });

    it('takes one stream per connection', async () => {
      const standIn = await bench.start(unsigned);
      const connection = connect(standIn.url);
      const first = connection.request(headers);
      first.write(audioEvent);
      await new Promise((resolve) => first.once('data', resolve));

      const second = connection.request(headers);
      const status = new Promise((resolve) =>
        second.once('response', (response) => resolve(response[':status'])),
      );

      expect(await status).toBe(400);
      connection.destroy();
    });

    it.each([
      [{ ':path': '/medical-stream-transcription' }, 404],
      [{ ':method': 'GET' }, 404],
      [{ 'content-type': 'application/json' }, 400],
    ])('answers %j with %i', async (changed, expected) => {
      const standIn = await bench.start(unsigned);
      const connection = connect(standIn.url);
      const stream = connection.request({ ...headers, ...changed });
      stream.end();
      const status = new Promise((resolve) =>
        stream.once('response', (response) => resolve(response[':status'])),
      );

      expect(await status).toBe(expected);
      connection.destroy();
    });

    it('notices a client that vanishes and frees its session', async () => {
      const standIn = await bench.start({ ...unsigned, engine: createTonesEngine() });
      const connection = connect(standIn.url);
      const stream = connection.request(headers);
      stream.on('error', () => undefined);
      stream.write(audioEvent);
      await new Promise((resolve) => stream.once('data', resolve));

      connection.destroy();
      while (standIn.counters().active > 0) await sleep(5);

      expect(standIn.sessions()).toMatchObject([{ endedBy: 'client-gone' }]);
    });
  });
});
