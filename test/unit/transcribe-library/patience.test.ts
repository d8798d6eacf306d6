import { CallscribeError } from '../../../shared/errors';
import { transcribe } from '../../../functions/transcribe/transcribe';
import { LOCAL_REGION } from '../../../local/stand-in';
import { at, bytesOf, collect, MONO, pieces, StandIns, tones } from './support';
import { liveSilence, runVirtually } from './virtual';

const standIns = new StandIns();
afterEach(() => standIns.close());

const audio = () => pieces(bytesOf(tones('123')), 800);

describe('failures of sessions', () => {
  it('ends at once when the credentials are refused', async () => {
    const standIn = await standIns.start();
    const run = {
      ...at(standIn),
      credentials: { accessKeyId: 'WRONG', secretAccessKey: 'wrong' },
    };

    await expect(collect(transcribe(audio(), MONO, run))).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('What to do'),
    });
  });

  it('ends at once when the service refuses the request', async () => {
    const standIn = await standIns.start();
    // Nothing in it breaks a rule of ours: the vocabulary does not exist.
    const failing = transcribe(audio(), MONO, {
      ...at(standIn),
      openSession: () => refused(new CallscribeError('session-refused', 'no such vocabulary')),
    });

    await expect(collect(failing)).rejects.toMatchObject({ code: 'session-refused' });
  });

  it('gives up after some seconds when nobody listens at the endpoint', async () => {
    const retries: string[] = [];
    const run = {
      region: LOCAL_REGION,
      endpoint: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'KEY', secretAccessKey: 'secret' },
      patienceMs: 300,
      onRetry: ({ code }: CallscribeError) => void retries.push(code),
    };

    await expect(collect(transcribe(audio(), MONO, run))).rejects.toThrow('ECONNREFUSED');
    expect(retries.length).toBeGreaterThan(0);
  });

  it('waits an outage of half a minute out', async () => {
    const { events } = await runVirtually(
      (clock) => liveSilence(clock, 120_000),
      {},
      (index) =>
        index === 0 ? { failAfterMs: 20_000 } : index < 8 ? { refusal: 'session-failed' } : {},
    );

    expect(events.at(-1)).toMatchObject({ type: 'end', endMs: 120_000, gaps: 0 });
  });

  it('gives up when an outage lasts longer than its patience', async () => {
    const failing = runVirtually(
      (clock) => liveSilence(clock, 600_000),
      { patienceMs: 60_000 },
      (index) => (index === 0 ? { failAfterMs: 20_000 } : { refusal: 'session-failed' }),
    );

    await expect(failing).rejects.toMatchObject({ code: 'session-failed', retryable: false });
  });

  it('waits longer for a quota than for a service that was never there', async () => {
    const { events } = await runVirtually(
      (clock) => liveSilence(clock, 60_000),
      {},
      (index) => (index < 7 ? { refusal: 'quota-exceeded' } : {}),
    );

    expect(events.at(-1)).toMatchObject({ type: 'end', sessions: 8 });
  });
});

/** A session that fails before anything is heard. */
function refused(reason: CallscribeError) {
  const results = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject<IteratorResult<[]>>(reason) }),
  };
  return {
    write: () => Promise.resolve(),
    accepted: Promise.resolve(false),
    end: () => undefined,
    abort: () => undefined,
    results,
  };
}
