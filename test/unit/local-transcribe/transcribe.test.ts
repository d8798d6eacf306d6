import { randomSymbols, seededRandom } from '../../../local/dtmf/dtmf';
import { encodeAlaw, encodeMulaw } from '../../../local/media/g711';
import { createScriptEngine } from '../../../local/recognisers/script';
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
import { selfSigned } from './self-signed';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const bench = new TestBench();
afterEach(() => bench.close());

describe('the Transcribe stand-in and the AWS SDK', () => {
  it.each([1, 160, 801, 8000])('transcribes every symbol in chunks of %i samples', async (size) => {
    const standIn = await bench.start();
    const symbols = randomSymbols(size === 1 ? 3 : 100, seededRandom(1));

    const heard = await transcribe(bench.client(standIn), chunks(tones(symbols).samples, size));

    expect(heard.symbols()).toBe(symbols);
    expect(standIn.sessions()).toMatchObject([
      { endedBy: 'complete', channelCount: 1, faults: [] },
    ]);
  });

  it('tells two channels apart and places their words', async () => {
    const standIn = await bench.start();
    const left = tones('1234567890');
    const right = tones('ABCD*#', 300);
    const audio = interleave(left.samples, right.samples);

    const heard = await transcribe(bench.client(standIn), chunks(audio, 1600), {
      EnableChannelIdentification: true,
      NumberOfChannels: 2,
    });

    expect(heard.symbols('ch_0')).toBe('1234567890');
    expect(heard.symbols('ch_1')).toBe('ABCD*#');
    const final = heard.results.find((result) => !result.IsPartial && result.ChannelId === 'ch_1');
    expect(final?.StartTime).toBeCloseTo(0.3, 2);
    expect(final?.EndTime).toBeCloseTo(0.85, 2);
    final?.Alternatives?.[0]?.Items?.forEach((item, index) => {
      expect(item.StartTime).toBeCloseTo((right.truth[index]?.startMs ?? 0) / 1000, 2);
      expect(item.EndTime).toBeCloseTo((right.truth[index]?.endMs ?? 0) / 1000, 2);
    });
  });

  it.each(['g711-ulaw', 'g711-alaw'] as const)('decodes %s', async (encoding) => {
    const standIn = await bench.start();
    const encode = encoding === 'g711-ulaw' ? encodeMulaw : encodeAlaw;
    const { samples } = tones('2580');
    async function* companded() {
      for (let at = 0; at < samples.length; at += 800) {
        yield Uint8Array.from(samples.subarray(at, at + 800), encode);
      }
    }

    const heard = await transcribe(bench.client(standIn), companded(), { MediaEncoding: encoding });

    expect(heard.symbols()).toBe('2580');
    expect(standIn.sessions()).toMatchObject([{ audioMs: 400, audioBytes: 3200 }]);
  });

  it.each([
    ['flac', 'fLaC'],
    ['ogg-opus', 'OggS'],
    ['g729', ''],
  ] as const)('takes %s, of which it hears nothing', async (encoding, beginning) => {
    const standIn = await bench.start();
    async function* compressed() {
      yield Buffer.from(`${beginning}whatever follows`);
    }

    const heard = await transcribe(bench.client(standIn), compressed(), {
      MediaEncoding: encoding,
    });

    expect(heard.results).toEqual([]);
    expect(standIn.sessions()).toMatchObject([{ endedBy: 'complete' }]);
  });

  it.each(['flac', 'ogg-opus'] as const)(
    'refuses what does not begin like %s',
    async (encoding) => {
      const standIn = await bench.start();

      const session = transcribe(bench.client(standIn), chunks(tones('1').samples), {
        MediaEncoding: encoding,
      });

      await expect(session).rejects.toThrow('The data is corrupted.');
    },
  );

  it('keeps what the request asked for, as it came', async () => {
    const standIn = await bench.start();

    await transcribe(bench.client(standIn), chunks(tones('1').samples), {
      EnablePartialResultsStabilization: true,
      PartialResultsStability: 'low',
    });

    expect(standIn.sessions()[0]?.headers).toEqual({
      'x-amzn-transcribe-sample-rate': '8000',
      'x-amzn-transcribe-media-encoding': 'pcm',
      'x-amzn-transcribe-language-code': 'en-US',
      'x-amzn-transcribe-enable-partial-results-stabilization': 'true',
      'x-amzn-transcribe-partial-results-stability': 'low',
    });
  });

  it('transcribes 16 kHz', async () => {
    const standIn = await bench.start();

    const heard = await transcribe(
      bench.client(standIn),
      chunks(tones('2580', 0, 16_000).samples, 1600),
      { MediaSampleRateHertz: 16_000 },
    );

    expect(heard.symbols()).toBe('2580');
  });

  it('reports growing partials under the ResultId of their final', async () => {
    const standIn = await bench.start();

    const { results } = await transcribe(
      bench.client(standIn),
      chunks(tones('1234567890').samples),
      { EnablePartialResultsStabilization: true, PartialResultsStability: 'high' },
    );

    const partials = results.filter(({ IsPartial }) => IsPartial);
    expect(partials.length).toBeGreaterThan(2);
    expect(new Set(results.map(({ ResultId }) => ResultId)).size).toBe(1);
    expect(results[0]?.ResultId).toMatch(UUID);
    expect(partials[1]?.Alternatives?.[0]?.Items?.map(({ Stable }) => Stable)).toContain(false);
    expect(results.at(-1)?.Alternatives?.[0]?.Items?.every(({ Stable }) => Stable)).toBe(true);
  });

  it('lets send() resolve before any audio was sent', async () => {
    const standIn = await bench.start();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    async function* heldAudio() {
      await held;
      yield* chunks(tones('7').samples);
    }

    const response = await start(bench.client(standIn), heldAudio());
    release();

    expect((await collect(response.TranscriptResultStream)).symbols()).toBe('7');
  });

  it('echoes the request and gives ids', async () => {
    const standIn = await bench.start();
    const client = bench.client(standIn);
    const SessionId = '01234567-89ab-cdef-0123-456789abcdef';

    const given = await start(client, chunks(new Int16Array(80)), { SessionId });
    const chosen = await start(client, chunks(new Int16Array(80)));

    expect(given).toMatchObject({ SessionId, MediaSampleRateHertz: 8000, LanguageCode: 'en-US' });
    expect(given.RequestId).toMatch(UUID);
    expect(chosen.SessionId).toMatch(UUID);
    await collect(given.TranscriptResultStream);
    await collect(chosen.TranscriptResultStream);
  });

  it('identifies the language when asked to', async () => {
    const standIn = await bench.start();

    const { results } = await transcribe(bench.client(standIn), chunks(tones('1').samples), {
      IdentifyLanguage: true,
      LanguageOptions: 'en-US,de-DE',
      PreferredLanguage: 'de-DE',
    });

    expect(results.at(-1)).toMatchObject({
      LanguageCode: 'de-DE',
      LanguageIdentification: [{ LanguageCode: 'de-DE' }, { LanguageCode: 'en-US' }],
    });
  });

  it('refuses what breaks a rule with the rule', async () => {
    const standIn = await bench.start();
    const client = bench.client(standIn);

    const refused = transcribe(client, chunks(new Int16Array(80)), { MediaSampleRateHertz: 4000 });

    await expect(refused).rejects.toMatchObject({
      name: 'BadRequestException',
      message: expect.stringContaining('sample-rate must be an integer from 8000 to 48000'),
    });
    expect(standIn.counters()).toMatchObject({ opened: 0, refused: 1 });
  });

  it('serves TLS with ALPN', async () => {
    const { key, cert } = selfSigned('127.0.0.1');
    const standIn = await bench.start({ tls: { key, cert } });
    expect(standIn.url).toMatch(/^https:/);

    const heard = await transcribe(
      bench.client(standIn, { trusting: cert }),
      chunks(tones('42').samples),
    );

    expect(heard.symbols()).toBe('42');
  });

  it('counts sessions, bytes and billed seconds', async () => {
    const standIn = await bench.start();
    const client = bench.client(standIn);

    await transcribe(client, chunks(new Int16Array(20.5 * 8000), 4000));
    await transcribe(client, chunks(new Int16Array(2 * 8000), 4000));

    expect(standIn.counters()).toEqual({
      opened: 2,
      active: 0,
      refused: 0,
      audioBytes: 22.5 * 16_000,
      billedSeconds: 21 + 15,
    });
    expect(standIn.sessions().map(({ audioMs }) => audioMs)).toEqual([20_500, 2000]);
  });

  it('serves twenty sessions at once', async () => {
    const standIn = await bench.start({ engine: createScriptEngine() });

    const heard = await Promise.all(
      Array.from({ length: 20 }, () =>
        transcribe(bench.client(standIn), chunks(new Int16Array(12 * 8000), 4000)),
      ),
    );

    for (const { results } of heard) {
      expect(results.filter(({ IsPartial }) => !IsPartial)).toHaveLength(2);
    }
    expect(standIn.counters()).toMatchObject({ opened: 20, active: 0 });
  });

  it('frees its sessions and port when it is closed', async () => {
    const standIn = await bench.start();
    const client = bench.client(standIn);
    const audio = bench.live(new Int16Array(80_000));
    const running = transcribe(client, audio).catch(() => undefined);
    while (standIn.counters().active === 0) await sleep(5);

    await standIn.close();
    await running;

    expect(standIn.sessions()).toMatchObject([{ endedBy: 'closed' }]);
    await expect(transcribe(client, chunks(new Int16Array(80)))).rejects.toThrow();
  });
});
