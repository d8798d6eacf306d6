import { fileSilence, liveSilence, runVirtually } from './virtual';

const TEN_MINUTES_MS = 600_000;

describe('transcribe over a long time', () => {
  it('keeps one session through ten minutes of silence', async () => {
    const { events, service } = await runVirtually((clock) => liveSilence(clock, TEN_MINUTES_MS));

    expect(service.sessions.map(({ complaint }) => complaint)).toEqual([undefined]);
    expect(events.at(-1)).toMatchObject({ type: 'end', endMs: TEN_MINUTES_MS, sessions: 1 });
  });

  it('ends the session before the service does when nothing comes, and opens another', async () => {
    const { events, service } = await runVirtually(async function* (clock) {
      yield* liveSilence(clock, 5_000);
      await clock.sleep(TEN_MINUTES_MS);
      yield* liveSilence(clock, 5_000);
    });

    const ends = events.filter((event) => event.type === 'session').map(({ end }) => end);
    expect(ends).toEqual(['idle', 'call-ended']);
    expect(service.sessions.map(({ complaint }) => complaint)).toEqual([undefined, undefined]);
    expect(events.at(-1)).toMatchObject({ type: 'end', endMs: 10_000 });
  });

  it('sends a file that comes at once no more than half a minute ahead of the clock', async () => {
    const { tookMs } = await runVirtually(() => fileSilence(TEN_MINUTES_MS));

    expect(tookMs).toBeGreaterThan(TEN_MINUTES_MS - 35_000);
    expect(tookMs).toBeLessThan(TEN_MINUTES_MS);
  });

  it('sends a file as it was spoken when asked to', async () => {
    const { tookMs } = await runVirtually(() => fileSilence(60_000), { pace: true });

    expect(tookMs).toBeGreaterThanOrEqual(60_000);
    expect(tookMs).toBeLessThan(62_000);
  });

  it('goes on when a paced input was late, without hurrying', async () => {
    const { tookMs } = await runVirtually(
      async function* (clock) {
        yield* fileSilence(10_000);
        await clock.sleep(60_000);
        yield* fileSilence(10_000);
      },
      { pace: true },
    );

    expect(tookMs).toBeGreaterThanOrEqual(79_000);
  });

  it('replaces sessions before their limit', async () => {
    const { events } = await runVirtually((clock) => liveSilence(clock, TEN_MINUTES_MS), {
      sessionLimitMs: 240_000,
    });

    const ends = events.filter((event) => event.type === 'session').map(({ end }) => end);
    expect(ends.slice(0, -1)).toContain('rollover');
    expect(new Set(ends)).toEqual(new Set(['rollover', 'call-ended']));
  });
});
