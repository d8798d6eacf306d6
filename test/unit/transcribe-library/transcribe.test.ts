import { FaultBoard } from '../../../local/faults/fault-board';
import { transcribe } from '../../../functions/transcribe/transcribe';
import { encodeMulaw } from '../../../local/media/g711';
import { interleave } from '../local-transcribe/sdk-client';
import {
  at,
  bytesOf,
  collect,
  hearTones,
  MONO,
  pieces,
  StandIns,
  symbolsOf,
  tones,
} from './support';

const standIns = new StandIns();
afterEach(() => standIns.close());

describe('transcribe', () => {
  it('gives finals, the session and the end', async () => {
    const standIn = await standIns.start();

    const events = await hearTones(standIn, tones('123456'));

    expect(symbolsOf(events)).toBe('123456');
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['partial', 'final', 'session', 'end']),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'end',
      endMs: 600,
      channels: ['caller'],
      sessions: 1,
      billedSeconds: 15,
      gaps: 0,
    });
  });

  it('takes input in pieces of any size, half samples too', async () => {
    const standIn = await standIns.start();
    const bytes = bytesOf(tones('0123456789'));

    const events = await collect(transcribe(pieces(bytes, 1, 7, 333, 5, 4001), MONO, at(standIn)));

    expect(symbolsOf(events)).toBe('0123456789');
  });

  it('takes input in one piece that is longer than a legal chunk', async () => {
    const standIn = await standIns.start();
    const symbols = '0123456789'.repeat(4);

    const events = await collect(
      transcribe(pieces(bytesOf(tones(symbols)), Infinity), MONO, at(standIn)),
    );

    expect(symbolsOf(events)).toBe(symbols);
  });

  it('tells the channels of stereo apart', async () => {
    const standIn = await standIns.start();

    const events = await hearTones(standIn, interleave(tones('123'), tones('789')), {
      ...MONO,
      channels: 2,
    });

    expect(symbolsOf(events, 'caller')).toBe('123');
    expect(symbolsOf(events, 'agent')).toBe('789');
  });

  it('gives what Call Analytics says of a call', async () => {
    const standIn = await standIns.start();
    const options = { ...MONO, channels: 2, callAnalytics: {} } as const;

    const events = await hearTones(standIn, interleave(tones('123'), tones('789')), options);

    expect(standIn.sessions()).toMatchObject([
      { operation: 'StartCallAnalyticsStreamTranscription' },
    ]);
    expect(symbolsOf(events, 'caller')).toBe('123');
    expect(symbolsOf(events, 'agent')).toBe('789');
    expect(events.find((event) => event.type === 'final')).toMatchObject({
      participantRole: expect.any(String),
      sentiment: expect.any(String),
    });
  });

  it.each([11_025, 44_100])('needs one session at %i Hz, pauses included', async (sampleRateHz) => {
    const standIn = await standIns.start();
    const pause = new Int16Array(sampleRateHz);
    const samples = Int16Array.from([...tones('123', sampleRateHz), ...pause]);

    const run = { chunkMs: 1_000 };
    const events = await hearTones(standIn, samples, { ...MONO, sampleRateHz }, run);

    expect(symbolsOf(events)).toBe('123');
    expect(events.at(-1)).toMatchObject({ type: 'end', endMs: 1_300, sessions: 1, gaps: 0 });
  });

  it('decodes G.711', async () => {
    const standIn = await standIns.start();
    const bytes = Uint8Array.from(tones('123456'), encodeMulaw);
    const options = { ...MONO, mediaEncoding: 'g711-ulaw' } as const;

    const events = await collect(transcribe(pieces(bytes, 333), options, at(standIn)));

    expect(symbolsOf(events)).toBe('123456');
    expect(standIn.sessions()[0]?.headers['x-amzn-transcribe-media-encoding']).toBe('pcm');
  });

  it('hears what a broken session left unheard, once', async () => {
    const faults = new FaultBoard();
    const standIn = await standIns.start({ faults });
    faults.arm({ kind: 'rst-stream', settings: { afterMs: 500 } });
    const symbols = '0123456789'.repeat(2);

    const events = await hearTones(standIn, tones(symbols), MONO, { pace: true });

    expect(symbolsOf(events)).toBe(symbols);
  });

  it('opens another session before the limit of one', async () => {
    const standIn = await standIns.start({ limits: { maxSessionMs: 15_000 } });
    const symbols = '0123456789'.repeat(28);

    const events = await hearTones(standIn, tones(symbols), MONO, { sessionLimitMs: 15_000 });

    expect(symbolsOf(events)).toBe(symbols);
    expect(standIn.sessions().length).toBeGreaterThan(1);
  });
});
