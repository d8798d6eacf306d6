import type { DemoCall } from '../../../local/demo/demo-call';
import type { Incidents } from '../../../local/demo/incident-watch';
import { summarise, summaryText, type Latency, type Observed } from '../../../local/demo/summary';
import { spokenWords } from '../../../local/recognisers/speech/spoken-words';

const call: DemoCall = {
  sampleRateHz: 8_000,
  caller: new Int16Array(0),
  agent: new Int16Array(0),
  reference: { caller: 'Thank you for your help.', agent: 'Please hold. Goodbye!' },
  turns: [],
};
const programme = { recogniser: 'pocketsphinx', call, wordsOf: spokenWords };

const CALM: Incidents = {
  rollovers: 0,
  sessionFailures: 0,
  workerKills: 0,
  resumedAfterMs: null,
};

/** A segment that was spoken at `spokenMs` and stored so much later. */
const latency = (spokenMs: number, afterMs: number): Latency => ({
  spokenMs,
  storedMs: spokenMs + afterMs,
});

const OBSERVED: Observed = {
  segments: [
    { channel: 'agent', text: 'please hold' },
    { channel: 'caller', text: 'thank you for the help' },
    { channel: 'agent', text: 'goodbye' },
  ],
  latencies: [latency(1000, 700.4), latency(2000, 500), latency(3000, 600)],
  incidents: CALM,
  records: 12,
  events: 8,
  partials: 20,
};

describe('summarise', () => {
  it('compares each side with what was said on it', () => {
    const summary = summarise(7, programme, OBSERVED);

    expect(summary).toEqual({
      type: 'summary',
      seed: 7,
      recogniser: 'pocketsphinx',
      words: 8,
      wordErrorRate: 0.125,
      latencyMs: { p50: 600, p99: 700 },
      latencyWithOutageMs: { p50: 600, p99: 700 },
      incidents: CALM,
      records: 12,
      events: 8,
      partials: 20,
    });
  });

  it('counts what was heard on the wrong side as errors', () => {
    const segments = OBSERVED.segments.map(({ text }) => ({ channel: 'caller' as const, text }));

    const { wordErrorRate } = summarise(7, programme, { ...OBSERVED, segments });

    expect(wordErrorRate).toBeGreaterThan(0.5);
  });

  it('leaves segments that waited for another worker out of the first latency', () => {
    const latencies = [
      latency(9000, 500),
      latency(9900, 7000),
      latency(15_900, 1000),
      latency(16_100, 600),
    ];
    const outage = { fromMs: 10_000, toMs: 16_000 };

    const summary = summarise(7, programme, { ...OBSERVED, latencies, outage });

    expect(summary).toMatchObject({
      latencyMs: { p50: 500, p99: 600 },
      latencyWithOutageMs: { p50: 600, p99: 7000 },
    });
  });

  it('has no latency when nothing was heard', () => {
    const summary = summarise(7, programme, { ...OBSERVED, segments: [], latencies: [] });

    expect(summary).toMatchObject({ words: 0, wordErrorRate: 1, latencyMs: { p50: null } });
    expect(summaryText(summary)).toContain('p50 -, p99 -');
  });
});

describe('summaryText', () => {
  it('says it for people', () => {
    const text = summaryText(summarise(7, programme, OBSERVED));

    expect(text).toContain('word error rate  12.5 % against the known text\n');
    expect(text).toContain(
      "p50 0.60 s, p99 0.70 s from the last word's audio to the stored record\n",
    );
    expect(text).toContain('0 planned rollovers, 0 session failures, 0 SIGKILLs of the worker\n');
    expect(text).toContain('8 received by a subscriber, and 20 partial results\n');
  });

  it('says what was survived, and which latency is meant', () => {
    const incidents = { rollovers: 2, sessionFailures: 1, workerKills: 1, resumedAfterMs: 7249 };

    const text = summaryText(summarise(7, programme, { ...OBSERVED, incidents }));

    expect(text).toContain('the stored record, outside the outage\n');
    expect(text).toContain('p50 0.60 s, p99 0.70 s over all segments\n');
    expect(text).toContain(
      '2 planned rollovers, 1 session failure, 1 SIGKILL of the worker (another went on after 7.2 s)\n',
    );
  });
});
