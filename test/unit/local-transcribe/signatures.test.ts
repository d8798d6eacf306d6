import { createHash, createHmac } from 'node:crypto';
import { Transform } from 'node:stream';

import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { NodeHttp2Handler } from '@smithy/node-http-handler';

import { LOCAL_CREDENTIALS } from '../../../local/stand-in';
import { systemClock } from '../../../local/transcribe/clock';
import { FrameVerifier } from '../../../local/transcribe/sigv4';
import { chunks, sleep, TestBench, tones, transcribe } from './sdk-client';

const bench = new TestBench();
afterEach(() => bench.close());

const codec = new EventStreamCodec(toUtf8, fromUtf8);
const MISMATCH = { message: expect.stringContaining('signature we calculated does not match') };

/** Lets a test change the signed frames, their checksums made right again. */
function tamperingHandler(tamper: (frame: Uint8Array, index: number) => Uint8Array[]) {
  const handler = new NodeHttp2Handler();
  const handle = handler.handle.bind(handler);
  handler.handle = (request, options) => {
    let index = 0;
    const transform = new Transform({
      objectMode: true,
      transform(frame: Uint8Array, _encoding, done) {
        for (const changed of tamper(frame, index++)) this.push(changed);
        done();
      },
    });
    return handle(Object.assign(request, { body: request.body.pipe(transform) }), options);
  };
  return handler;
}

function flipAudio(frame: Uint8Array): Uint8Array {
  const { headers, body } = codec.decode(frame);
  const inner = codec.decode(body);
  inner.body[100]! ^= 1;
  return codec.encode({ headers, body: codec.encode(inner) });
}

describe('FrameVerifier', () => {
  const request = {
    secretAccessKey: 'secret',
    region: 'eu-west-1',
    service: 'transcribe',
    signature: 'f'.repeat(64),
  };
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest();
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

  /** The signature of one frame, written down from the protocol's text. */
  function signFrame(priorHex: string, amzDate: string, payload: Uint8Array): Buffer {
    const day = amzDate.slice(0, 8);
    const time = Date.parse(amzDate.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
    const dateHeader = codec.formatHeaders({
      ':date': { type: 'timestamp', value: new Date(time) },
    });
    const key = [day, 'eu-west-1', 'transcribe', 'aws4_request'].reduce<string | Buffer>(
      (key, part) => hmac(key, part),
      'AWS4secret',
    );
    const scope = `${day}/eu-west-1/transcribe/aws4_request`;
    const lines = ['AWS4-HMAC-SHA256-PAYLOAD', amzDate, scope, priorHex];
    return hmac(key as Buffer, [...lines, hash(dateHeader), hash(payload)].join('\n'));
  }

  it('follows the chain across midnight', () => {
    const verifier = new FrameVerifier(request);
    const payload = Buffer.from('payload');
    const before = signFrame(request.signature, '20260630T235959Z', payload);
    const after = signFrame(before.toString('hex'), '20260701T000000Z', payload);

    verifier.verify(Date.UTC(2026, 5, 30, 23, 59, 59), payload, before);
    verifier.verify(Date.UTC(2026, 6, 1), payload, after);

    expect(() => verifier.verify(Date.UTC(2026, 6, 1), payload, after)).toThrow(/does not match/);
  });
});

describe('the signatures that the Transcribe stand-in checks', () => {
  const audio = () => chunks(tones('1234').samples);

  it.each<[string, (frame: Uint8Array, index: number) => Uint8Array[]]>([
    ['a changed sample', (frame, index) => [index === 2 ? flipAudio(frame) : frame]],
    ['a missing frame', (frame, index) => (index === 2 ? [] : [frame])],
    ['a repeated frame', (frame, index) => (index === 2 ? [frame, frame] : [frame])],
  ])('notice %s', async (_what, tamper) => {
    const standIn = await bench.start();
    const client = bench.client(standIn, { handler: tamperingHandler(tamper) });

    await expect(transcribe(client, audio())).rejects.toMatchObject(MISMATCH);
  });

  it('let changed frames pass when frames are not checked', async () => {
    const standIn = await bench.start({ verifyFrames: false });
    const handler = tamperingHandler((frame, index) => [index === 2 ? flipAudio(frame) : frame]);

    const heard = await transcribe(bench.client(standIn, { handler }), audio());

    expect(heard.symbols()).toBe('1234');
  });

  it.each([
    ['an unknown key', { ...LOCAL_CREDENTIALS, accessKeyId: 'AKIAOTHER' }, 'UnrecognizedClient'],
    ['a wrong secret', { ...LOCAL_CREDENTIALS, secretAccessKey: 'x' }, 'InvalidSignature'],
    ['a token too many', { ...LOCAL_CREDENTIALS, sessionToken: 'x' }, 'UnrecognizedClient'],
  ])('refuse %s', async (_what, credentials, name) => {
    const standIn = await bench.start();

    const refused = transcribe(bench.client(standIn, { credentials }), audio());

    await expect(refused).rejects.toMatchObject({ name: `${name}Exception` });
  });

  it('take any key when nothing is checked', async () => {
    const standIn = await bench.start({ verifyRequests: false, verifyFrames: false });
    const credentials = { accessKeyId: 'any', secretAccessKey: 'thing' };

    const heard = await transcribe(bench.client(standIn, { credentials }), audio());

    expect(heard.symbols()).toBe('1234');
  });

  it('ask for the session token that was configured', async () => {
    const credentials = { ...LOCAL_CREDENTIALS, sessionToken: 'token' };
    const standIn = await bench.start({ credentials: [credentials] });

    const heard = await transcribe(bench.client(standIn, { credentials }), audio());

    expect(heard.symbols()).toBe('1234');
    await expect(transcribe(bench.client(standIn), audio())).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });

  it('refuse the old key after a rotation and let running sessions go on', async () => {
    const standIn = await bench.start();
    const credentials = { accessKeyId: 'AKIANEW', secretAccessKey: 'new' };
    const running = transcribe(bench.client(standIn), bench.live(tones('1234').samples));
    while (standIn.counters().active === 0) await sleep(5);

    standIn.setCredentials([credentials]);

    await expect(transcribe(bench.client(standIn), audio())).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    expect((await running).symbols()).toBe('1234');
    const renewed = await transcribe(bench.client(standIn, { credentials }), audio());
    expect(renewed.symbols()).toBe('1234');
  });

  it.each([
    [4.9, undefined],
    [-4.9, undefined],
    [5.1, /^Signature expired: \d{8}T\d{6}Z is now earlier than .* - 5 min\.\)$/],
    [-5.1, /^Signature not yet current: /],
  ])('allow clocks five minutes of difference (%d minutes)', async (minutes, problem) => {
    const clock = { ...systemClock, nowMs: () => Date.now() + minutes * 60_000 };
    const standIn = await bench.start({ clock });

    const session = transcribe(bench.client(standIn), audio());

    if (problem) {
      const message = expect.stringMatching(problem);
      await expect(session).rejects.toMatchObject({ name: 'InvalidSignatureException', message });
    } else expect((await session).symbols()).toBe('1234');
  });

  it('expire a frame that is processed five minutes after its date', async () => {
    let offsetMs = 0;
    const clock = { ...systemClock, nowMs: () => Date.now() + offsetMs };
    const standIn = await bench.start({ clock });
    async function* aging() {
      yield* chunks(tones('12').samples);
      await sleep(50);
      offsetMs = 301_000;
      yield* chunks(tones('34').samples);
    }

    await expect(transcribe(bench.client(standIn), aging())).rejects.toMatchObject({
      name: 'BadRequestException',
      message: expect.stringMatching(/^Signature expired: .* - 5 min\.\)$/),
    });
  });
});
