import type { DemoCall } from '../../../local/demo/demo-call';
import { summarise, summaryText, type Observed } from '../../../local/demo/summary';
import { spokenWords } from '../../../local/recognisers/speech/spoken-words';

const call: DemoCall = {
  sampleRateHz: 8_000,
  caller: new Int16Array(0),
  agent: new Int16Array(0),
  reference: { caller: 'Thank you for your help.', agent: 'Please hold. Goodbye!' },
  turns: [],
};
const programme = { recogniser: 'pocketsphinx', call, wordsOf: spokenWords };

const OBSERVED: Observed = {
  segments: [
    { channel: 'agent', text: 'please hold' },
    { channel: 'caller', text: 'thank you for the help' },
    { channel: 'agent', text: 'goodbye' },
  ],
  latenciesMs: [700.4, 500, 600],
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

  it('has no latency when nothing was heard', () => {
    const summary = summarise(7, programme, { ...OBSERVED, segments: [], latenciesMs: [] });

    expect(summary).toMatchObject({ words: 0, wordErrorRate: 1, latencyMs: { p50: null } });
    expect(summaryText(summary)).toContain('p50 -, p99 -');
  });
});

describe('summaryText', () => {
  it('says it for people', () => {
    const text = summaryText(summarise(7, programme, OBSERVED));

    expect(text).toContain('word error rate  12.5 % against the known text\n');
    expect(text).toContain('p50 0.60 s, p99 0.70 s');
    expect(text).toContain('8 received by a subscriber, and 20 partial results\n');
  });
});
