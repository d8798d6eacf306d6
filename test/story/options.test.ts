import { leanSessions } from '../../functions/worker/transcribe/lean/open-lean-session';
import { readConfig } from '../../functions/worker/config';
import { createScriptEngine } from '../../local/recognisers/script';
import { systemClock, Ticker } from '../../shared/clock';
import type { CallOptions } from '../../shared/call';
import { WORKER_ENV } from '../support/worker-env';
import { TestBench } from '../unit/local-transcribe/sdk-client';
import { withWorld, type World } from '../unit/worker/worker-harness';
import { goldenCall, START_MS } from './fake-edges';

const SECONDS = 40;
const SESSION_ID = '7d1f3a52-6c9b-4b0e-9c55-0f7d2b7a1c11';
const ENV = { ...WORKER_ENV, SESSION_LIMIT_MS: '15000' };

const bench = new TestBench();
const ticker = new Ticker(1_000, systemClock);
let world: World;
withWorld((started) => (world = started));
afterEach(() => bench.close());

/** Sound throughout, so that no session is let go for silence. */
function call(options: CallOptions) {
  const spoken = [{ word: 1, startSample: 0, endSample: SECONDS * 8_000 }];
  const made = goldenCall('c', SECONDS, { caller: spoken, agent: spoken });
  world.calls.set('c', made);
  return { ...made.request, options };
}

/** Workers on the real Transcribe stand-in; the deployment's options are each worker's own. */
async function prepare() {
  const standIn = await bench.start({ engine: createScriptEngine() });
  const client = bench.client(standIn);
  const startWorker = (workerId: string, deployment: CallOptions) =>
    world.startWorker(workerId, {
      config: readConfig({ ...ENV, TRANSCRIBE_OPTIONS: JSON.stringify(deployment) }),
      openSession: leanSessions({ client, clock: systemClock, ticker }),
    });
  return { standIn, startWorker };
}

describe("a call's options", () => {
  it('are those of every session: after a rollover, and on a worker of another deployment', async () => {
    const { standIn, startWorker } = await prepare();
    await world.request(
      call({ vocabularyFilterName: 'rude', vocabularyFilterMethod: 'tag', sessionId: SESSION_ID }),
    );
    const first = startWorker('w-1', { language: 'de-DE', transcriptFormat: 'spoken' });
    await first.poll();
    await world.until('c', 'session', 2);

    first.drain.abort();
    await first.worker.stopped();
    const before = standIn.sessions().length;
    await world.tellEnd('c', START_MS + SECONDS * 1000);
    const second = startWorker('w-2', { language: 'fr-FR', vocabularyName: 'new' });
    await second.work();

    const { fact } = (await world.records('c')).at(-1) ?? {};
    expect(fact).toMatchObject({ type: 'completed', endMs: SECONDS * 1000 });
    const sessions = standIn.sessions();
    expect(before).toBeGreaterThan(1);
    expect(sessions.length).toBeGreaterThan(before);
    const withoutId = sessions.map(({ headers }) => {
      const { 'x-amzn-transcribe-session-id': _id, ...rest } = headers;
      return rest;
    });
    for (const headers of withoutId) {
      expect(headers).toEqual({
        'x-amzn-transcribe-media-encoding': 'pcm',
        'x-amzn-transcribe-sample-rate': '8000',
        'x-amzn-transcribe-enable-channel-identification': 'true',
        'x-amzn-transcribe-number-of-channels': '2',
        'x-amzn-transcribe-language-code': 'de-DE',
        'x-amzn-transcribe-transcript-format': 'spoken',
        'x-amzn-transcribe-vocabulary-filter-name': 'rude',
        'x-amzn-transcribe-vocabulary-filter-method': 'tag',
      });
    }
    const ids = sessions.map(({ sessionId }) => sessionId);
    expect(ids[0]).toBe(SESSION_ID);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('end the call when no session can have them, with the sentence that says why', async () => {
    const { standIn, startWorker } = await prepare();
    await world.request(call({ identifyLanguage: true, languageOptions: ['en-GB', 'de-DE'] }));
    const worker = startWorker('w-1', { contentRedactionType: 'PII' });

    await worker.work();

    const { fact } = (await world.records('c')).at(-1) ?? {};
    expect(fact).toMatchObject({
      type: 'failed',
      code: 'bad-request',
      message: expect.stringContaining('contentRedactionType does not go with') as string,
    });
    expect(standIn.sessions()).toEqual([]);
  });
});

describe('Call Analytics', () => {
  it('brings segments with sentiment and categories into the log and onto the bus', async () => {
    const text = 'thank you for calling . I am angry about my late order';
    const standIn = await bench.start({
      engine: createScriptEngine(text),
      lexicon: { categories: { Delivery: ['late order'] } },
    });
    const openSession = leanSessions({ client: bench.client(standIn), clock: systemClock, ticker });
    await world.request(call({ language: 'en-US', callAnalytics: {} }));
    await world.tellEnd('c', START_MS + SECONDS * 1000);
    const config = readConfig(ENV);
    const worker = world.startWorker('w-1', { openSession, config });

    await worker.work();

    expect(new Set(standIn.sessions().map(({ operation }) => operation))).toEqual(
      new Set(['StartCallAnalyticsStreamTranscription']),
    );
    const facts = (await world.records('c')).map(({ fact }) => fact);
    const segments = facts.filter(({ type }) => type === 'segment');
    expect(segments[0]).toMatchObject({ participantRole: 'CUSTOMER', sentiment: 'MIXED' });
    const categories = facts.filter(({ type }) => type === 'category');
    expect(categories.length).toBeGreaterThan(2);
    const told = world.events.filter(({ detailType }) => detailType === 'Transcript Category');
    expect(told.map(({ detail }) => detail.name)).toEqual(categories.map(() => 'Delivery'));
    expect(new Set(told.map(({ detail }) => JSON.stringify(detail.ranges))).size).toBe(told.length);
  });
});
