import { EventStreamCodec } from '@smithy/core/event-streams';
import { Sha256 } from '@smithy/core/checksum';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';

import { RequestSigner } from '../../../../functions/worker/aws/request-signer';
import { FrameSigner } from '../../../../functions/worker/transcribe/lean/frame-signer';
import { FrameStock, FrameWriter } from '../../../../functions/worker/transcribe/lean/frame-writer';
import { requestHeaders } from '../../../../functions/worker/transcribe/lean/open-stream';

const REGION = 'eu-west-1';
const SERVICE = 'transcribe';
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const FIRST_SIGNATURE = 'f'.repeat(64);
const NOON = Date.UTC(2026, 5, 30, 12, 0, 0, 123);
const BEFORE_MIDNIGHT = Date.UTC(2026, 5, 30, 23, 59, 59, 999);

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** What the AWS SDK makes of one event, from its own codec and signer. */
class SdkFrames {
  #prior = FIRST_SIGNATURE;
  readonly #signer: SignatureV4;

  constructor(credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials']) {
    const options = { credentials, region: REGION, service: SERVICE, sha256: Sha256 };
    this.#signer = new SignatureV4(options);
  }

  audio(samples: Uint8Array, epochMs: number): Promise<Uint8Array> {
    return this.#event('AudioEvent', 'application/octet-stream', samples, epochMs);
  }

  json(eventType: string, body: unknown, epochMs: number): Promise<Uint8Array> {
    return this.#event(eventType, 'application/json', fromUtf8(JSON.stringify(body)), epochMs);
  }

  async sign(body: Uint8Array, epochMs: number): Promise<Uint8Array> {
    const date = new Date(epochMs);
    const headers = { ':date': { type: 'timestamp' as const, value: date } };
    const { signature } = await this.#signer.signMessage(
      { message: { headers, body }, priorSignature: this.#prior },
      { signingDate: date },
    );
    this.#prior = signature;
    const value = Uint8Array.from(Buffer.from(signature, 'hex'));
    return codec.encode({
      headers: { ...headers, ':chunk-signature': { type: 'binary', value } },
      body,
    });
  }

  #event(eventType: string, contentType: string, body: Uint8Array, epochMs: number) {
    const headers = {
      ':event-type': { type: 'string' as const, value: eventType },
      ':message-type': { type: 'string' as const, value: 'event' },
      ':content-type': { type: 'string' as const, value: contentType },
    };
    return this.sign(codec.encode({ headers, body }), epochMs);
  }
}

function both(credentials = CREDENTIALS, stock = new FrameStock()) {
  const signer = new FrameSigner(new RequestSigner(credentials, REGION, SERVICE));
  const ours = new FrameWriter(signer, stock, FIRST_SIGNATURE);
  return { ours, sdks: new SdkFrames(credentials) };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const samples = (length: number) => Uint8Array.from({ length }, (_, index) => index * 7);

describe('FrameWriter', () => {
  it('writes the very bytes of the SDK, one frame after the other', async () => {
    const { ours, sdks } = both();

    for (const [index, length] of [6400, 6400, 3200, 0, 32_000, 6400, 2].entries()) {
      const atMs = NOON + index * 200;
      const frame = ours.audio(samples(length), atMs);
      expect(hex(frame.bytes)).toBe(hex(await sdks.audio(samples(length), atMs)));
      frame.sent();
    }
    expect(hex(ours.end(NOON + 2000))).toBe(hex(await sdks.sign(new Uint8Array(0), NOON + 2000)));
  });

  it('follows the SDK across midnight', async () => {
    const { ours, sdks } = both();

    for (const atMs of [BEFORE_MIDNIGHT, BEFORE_MIDNIGHT + 1, BEFORE_MIDNIGHT + 2]) {
      const { bytes } = ours.audio(samples(320), atMs);
      expect(hex(bytes)).toBe(hex(await sdks.audio(samples(320), atMs)));
    }
  });

  it('writes events with a JSON body as the SDK does', async () => {
    const { ours, sdks } = both();
    const body = { ChannelDefinitions: [{ ChannelId: 0, ParticipantRole: 'AGENT' }], Naïve: 'ü' };

    const frame = ours.jsonEvent('ConfigurationEvent', body, NOON);

    expect(hex(frame)).toBe(hex(await sdks.json('ConfigurationEvent', body, NOON)));
  });

  it('signs with a secret that is longer than a block of the hash', async () => {
    const { ours, sdks } = both({ ...CREDENTIALS, secretAccessKey: 'long '.repeat(40) });

    expect(hex(ours.end(NOON))).toBe(hex(await sdks.sign(new Uint8Array(0), NOON)));
  });

  it('keeps the chains of sessions apart that share a signer', async () => {
    const signer = new FrameSigner(new RequestSigner(CREDENTIALS, REGION, SERVICE));
    const stock = new FrameStock();
    const sessions = [1, 2, 3].map(() => ({
      ours: new FrameWriter(signer, stock, FIRST_SIGNATURE),
      sdks: new SdkFrames(CREDENTIALS),
    }));

    for (let round = 0; round < 3; round++) {
      for (const [index, { ours, sdks }] of sessions.entries()) {
        const chunk = samples(100 * (index + 1) + round);
        // Clocks of the wall may also go back.
        const atMs = NOON - round * 1500 + index;
        expect(hex(ours.audio(chunk, atMs).bytes)).toBe(hex(await sdks.audio(chunk, atMs)));
      }
    }
  });

  it('uses the memory of a frame again once it was taken, and not before', () => {
    const { ours } = both();

    const first = ours.audio(samples(320), NOON);
    const second = ours.audio(samples(320), NOON);
    first.sent(null);
    const third = ours.audio(samples(320), NOON);
    second.sent(new Error('the connection was lost'));
    const fourth = ours.audio(samples(320), NOON);

    expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
    expect(third.bytes.buffer).toBe(first.bytes.buffer);
    expect([first, second]).not.toContain(fourth);
  });

  it('lays the audio where it can be copied to in words of eight octets', () => {
    const audio = Buffer.alloc(6_400, 7);

    const { bytes } = both().ours.audio(audio, NOON);

    expect((bytes.byteOffset + bytes.indexOf(audio)) % 8).toBe(0);
  });

  it('writes chunks of more lengths than it keeps frames for', async () => {
    const { ours, sdks } = both();

    for (let length = 1; length <= 40; length++) {
      const { bytes } = ours.audio(samples(length), NOON);
      expect(hex(bytes)).toBe(hex(await sdks.audio(samples(length), NOON)));
    }
  });
});

describe('requestHeaders', () => {
  const endpoint = {
    origin: 'https://transcribestreaming.eu-west-1.amazonaws.com',
    host: 'transcribestreaming.eu-west-1.amazonaws.com',
    basePath: '',
    signingRegion: REGION,
  };
  const request = {
    path: '/stream-transcription',
    members: { LanguageCode: 'en-US', VocabularyName: 'two  spaces ', NumberOfChannels: 2 },
    resultsOf: () => [],
  };

  it.each([
    ['lasting credentials', CREDENTIALS],
    ['credentials with a session token', { ...CREDENTIALS, sessionToken: 'to/ken+==' }],
  ])('signs the request as the SDK does, with %s', async (_what, credentials) => {
    const signer = new FrameSigner(new RequestSigner(credentials, REGION, SERVICE));
    const { headers, signature } = requestHeaders(endpoint, request, { signer, epochMs: NOON });

    const { authorization, ':path': path, ':method': method, ...toSign } = headers;
    const sdk = new SignatureV4({ credentials, region: REGION, service: SERVICE, sha256: Sha256 });
    const signed = await sdk.sign(
      { method: method ?? '', path: path ?? '', headers: toSign, protocol: 'https:', hostname: '' },
      { signingDate: new Date(NOON) },
    );

    expect(authorization).toBe(signed.headers.authorization);
    expect(authorization).toContain(`Signature=${signature}`);
    expect(headers['x-amz-security-token']).toBe(signed.headers['x-amz-security-token']);
  });
});
