import { createScriptEngine } from '../../../local/recognisers/script';
import { fromResult } from '../../../functions/worker/segments/from-result';
import { segmentOf } from '../../../functions/worker/segments/to-segment';
import { leanSessions } from '../../../functions/worker/transcribe/lean/open-lean-session';
import { openSdkSession } from '../../../functions/worker/transcribe/sdk-session';
import type { SessionSettings } from '../../../functions/worker/transcribe/session';
import type { SessionResult } from '../../../functions/worker/transcribe/session-result';
import { systemClock, Ticker } from '../../../shared/clock';
import { checkTranscribeOptions } from '../../../shared/transcribe-options/check';
import type { TranscribeOptions } from '../../../shared/transcribe-options/schema';
import { optionName, TRANSCRIBE_OPTIONS } from '../../../shared/transcribe-options/table';
import { chunks, TestBench } from '../local-transcribe/sdk-client';
import { CALL_ANALYTICS_CASES } from './call-analytics-wire-cases';
import { SESSION_CASES } from './session-wire-cases';
import { PLACE, TIMELINE, type Heard } from './wire-case';

const SCRIPT = 'maria said darn . it never arrived , thanks | mario said darn it never arrived';
const LEXICON = {
  vocabularyFilters: { rude: ['darn'] },
  categories: { Delivery: ['never arrived'] },
};
const SECONDS = 5;

const bench = new TestBench();
const ticker = new Ticker(1_000, systemClock);
afterEach(() => bench.close());

const CASES = { ...SESSION_CASES, ...CALL_ANALYTICS_CASES };

const rows = (['lean', 'sdk'] as const).flatMap((writer) =>
  Object.entries(CASES).map(([name, row]) => [writer, name, row] as const),
);

describe('the options of a session', () => {
  it.each(rows)('go out by the %s writer and show in what comes back: %s', async (...row) => {
    const [writer, , { options, channelCount = 1, headers, configuration, shows }] = row;
    const engine = createScriptEngine(SCRIPT);
    const standIn = await bench.start({ engine, lexicon: LEXICON });
    const settings = { sampleRateHz: 8000, channelCount, language: 'en-US', options };

    const heard = await hear(writer, bench.client(standIn), settings);

    const [record] = standIn.sessions();
    expect(record?.endedBy).toBe('complete');
    expect(record?.headers).toEqual(wireHeaders(headers));
    expect(record?.operation).toBe(
      configuration === undefined
        ? 'StartStreamTranscription'
        : 'StartCallAnalyticsStreamTranscription',
    );
    expect(record?.configuration).toEqual(configuration);
    shows?.(heard);
  });

  it('are all tried', () => {
    const tried = Object.keys(CASES).join(', ').split(', ');

    const missing = TRANSCRIBE_OPTIONS.map(optionName).filter((name) => !tried.includes(name));

    expect(missing).toEqual([]);
  });

  it('are all such as the checks let pass', () => {
    for (const { options } of Object.values(CASES)) {
      expect(
        checkTranscribeOptions({
          ...(isIdentified(options) ? {} : { language: 'en-US' }),
          ...options,
        }),
      ).toEqual([]);
    }
  });
});

async function hear(
  writer: 'lean' | 'sdk',
  client: ReturnType<TestBench['client']>,
  settings: SessionSettings,
): Promise<Heard> {
  const clock = systemClock;
  const session =
    writer === 'sdk'
      ? openSdkSession(client, settings, clock)
      : leanSessions({ client, clock, ticker })(settings);
  const results: SessionResult[] = [];
  const reading = (async () => {
    for await (const found of session.results) results.push(...found);
  })();
  const audio = new Int16Array(SECONDS * 8000 * settings.channelCount);
  for await (const bytes of chunks(audio, 4000)) await session.write(bytes);
  session.end();
  await reading;
  const timed = results
    .filter((result) => result.Categories === undefined)
    .map((result) => fromResult(result, PLACE, 8000, () => 0));
  const segments = timed.map((each) =>
    segmentOf(each, each.channelIndex === 1 ? 'agent' : 'caller', PLACE, TIMELINE),
  );
  return {
    results,
    finals: segments.filter((_segment, index) => timed[index]?.isPartial === false),
    partials: segments.filter((_segment, index) => timed[index]?.isPartial === true),
  };
}

function isIdentified({
  identifyLanguage,
  identifyMultipleLanguages,
  language,
}: TranscribeOptions) {
  return identifyLanguage ?? identifyMultipleLanguages ?? language;
}

/** Encoding and rate always go out, and the language where it is not to be found out. */
function wireHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const identifies = 'identify-language' in headers || 'identify-multiple-languages' in headers;
  const all = {
    'media-encoding': 'pcm',
    'sample-rate': '8000',
    ...(identifies ? {} : { 'language-code': 'en-US' }),
    ...headers,
  };
  return Object.fromEntries(
    Object.entries(all).map(([suffix, value]) => [`x-amzn-transcribe-${suffix}`, value]),
  );
}
