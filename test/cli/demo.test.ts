import { spokenWords } from '../../local/recognisers/speech/spoken-words';
import type { Incidents } from '../../local/demo/incident-watch';
import { runCallscribe, type Outcome } from '../support/callscribe';

jest.setTimeout(150_000);

interface Line {
  readonly type?: 'reference' | 'summary';
  readonly channel?: string;
  readonly text?: string;
  readonly startMs?: number;
  readonly wordErrorRate?: number;
  readonly recogniser?: string;
  readonly incidents?: Incidents;
}

let spoken: Outcome;
let tones: Outcome;
let calm: Outcome;

beforeAll(async () => {
  // Each is as long as its call, and hardly any work.
  [spoken, tones, calm] = await Promise.all([
    runCallscribe(['demo', '--seed', '5', '--json']),
    runCallscribe(['demo', '--seed', '5'], { env: { LOCAL_RECOGNISER: 'tones' } }),
    runCallscribe(['demo', '--calm', '--json'], { env: { LOCAL_RECOGNISER: 'tones' } }),
  ]);
});

function linesOf({ stdout }: Outcome): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('callscribe demo --json', () => {
  it('ends with the known text of both sides and a summary', () => {
    const lines = linesOf(spoken);

    expect(spoken.code).toBe(0);
    expect(lines.slice(-3).map(({ type, channel }) => [type, channel])).toEqual([
      ['reference', 'caller'],
      ['reference', 'agent'],
      ['summary', undefined],
    ]);
    expect(lines.at(-1)).toMatchObject({
      words: expect.any(Number) as number,
      latencyMs: { p50: expect.any(Number) as number, p99: expect.any(Number) as number },
      records: expect.any(Number) as number,
      events: expect.any(Number) as number,
    });
  });

  it('hears nearly every word', () => {
    const lines = linesOf(spoken);

    const heard = lines.filter(({ type }) => type === undefined);
    const said = lines.filter(({ type }) => type === 'reference');
    const count = (some: readonly Line[]) =>
      some.flatMap(({ text }) => spokenWords(text ?? '')).length;
    expect(lines.at(-1)?.wordErrorRate).toBeLessThan(0.15);
    expect(Math.abs(count(heard) / count(said) - 1)).toBeLessThan(0.15);
  });

  it('survives what it set out to survive', () => {
    const { incidents } = linesOf(spoken).at(-1) ?? {};

    expect(incidents).toMatchObject({ sessionFailures: 1, workerKills: 1 });
    expect(incidents?.rollovers).toBeGreaterThan(0);
    // Not before the killed worker's call was visible to others again.
    expect(incidents?.resumedAfterMs).toBeGreaterThan(1000);
  });

  it('prints segments in timeline order', () => {
    const starts = linesOf(spoken).flatMap(({ startMs }) => startMs ?? []);

    expect(starts.length).toBeGreaterThan(5);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });
});

describe('callscribe demo', () => {
  it('shows the call and a summary, exact with tones', () => {
    expect(tones.code).toBe(0);
    expect(tones.stdout).toMatch(/^00:\d\d\.\d{3} {2}(Agent: {2}|Caller:) {2}[0-9A-D*# ]+$/m);
    expect(tones.stdout).toContain('word error rate  0.0 %');
    expect(tones.stdout).toMatch(
      /^survived .*[12] planned rollovers?, 1 session failure, 1 SIGKILL of the worker \(another/m,
    );
  });

  it('tells of incidents as they happen', () => {
    expect(tones.stderr).toMatch(/^session \d+ failed \(.*\): its audio is heard again$/m);
    expect(tones.stderr).toMatch(/^session \d+ rolled over into the next one/m);
    expect(tones.stderr).toMatch(/^worker killed, another has taken over after \d+\.\d s$/m);
  });

  it('has nothing happen with --calm', () => {
    const summary = linesOf(calm).at(-1);

    expect(calm.code).toBe(0);
    expect(summary).toMatchObject({
      wordErrorRate: 0,
      incidents: { rollovers: 0, sessionFailures: 0, workerKills: 0, resumedAfterMs: null },
    });
  });

  it('refuses a seed that is no number', async () => {
    const { code, stderr } = await runCallscribe(['demo', '--seed', 'x']);

    expect(code).toBe(2);
    expect(stderr).toContain('whole number');
  });
});
