import { CredentialsWatch } from '../../../functions/worker/credentials-watch';

const MINUTE_MS = 60_000;

function prepare(lifeMs: number | undefined, skewMs = 0) {
  let nowMs = 0;
  const clock = {
    monotonicMs: () => nowMs,
    epochMs: () => 1_700_000_000_000 + nowMs + skewMs,
    sleep: () => Promise.resolve(),
  };
  let expiresMs = lifeMs;
  const provide = jest.fn(() =>
    Promise.resolve(
      expiresMs === undefined ? {} : { expiration: new Date(clock.epochMs() - nowMs + expiresMs) },
    ),
  );
  const watch = new CredentialsWatch(provide, clock);
  return {
    provide,
    at: async (ms: number) => {
      nowMs = ms;
      void watch.deadlineMs;
      await new Promise((resolve) => setImmediate(resolve));
      return watch.deadlineMs;
    },
    renewedUntil: (ms: number) => (expiresMs = ms),
  };
}

describe('CredentialsWatch', () => {
  it('replaces sessions five minutes before the credentials expire', async () => {
    const { at, provide } = prepare(60 * MINUTE_MS);

    expect(await at(0)).toBe(55 * MINUTE_MS);
    expect(await at(54 * MINUTE_MS)).toBe(55 * MINUTE_MS);
    expect(provide).toHaveBeenCalledTimes(1);
  });

  it('asks again when the time has come', async () => {
    const { at, renewedUntil } = prepare(60 * MINUTE_MS);
    await at(0);
    renewedUntil(120 * MINUTE_MS);

    expect(await at(55 * MINUTE_MS)).toBe(115 * MINUTE_MS);
  });

  it('replaces sessions at half of what short-lived credentials have left', async () => {
    expect(await prepare(4 * MINUTE_MS).at(0)).toBe(2 * MINUTE_MS);
  });

  it('knows of no deadline when credentials do not expire', async () => {
    expect(await prepare(undefined).at(0)).toBeNull();
  });

  it('asks once a minute for credentials that do not expire: every chunk wants to know', async () => {
    const { at, provide, renewedUntil } = prepare(undefined);
    await at(0);
    renewedUntil(60 * MINUTE_MS);

    expect(await at(MINUTE_MS - 1)).toBeNull();
    expect(provide).toHaveBeenCalledTimes(1);
    expect(await at(MINUTE_MS)).toBe(55 * MINUTE_MS);
  });

  it('leaves credentials that cannot be had to the session to report', async () => {
    const { at, provide } = prepare(60 * MINUTE_MS);
    provide.mockRejectedValueOnce(new Error('no'));
    provide.mockRejectedValueOnce(new Error('no'));

    expect(await at(0)).toBeNull();
    expect(await at(1)).toBe(55 * MINUTE_MS);
  });
});
