import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Fault } from '../../../local/faults/fault-board';
import { FaultBoard } from '../../../local/faults/fault-board';
import { projectRoot } from '../../../local/system/project-root';
import { TRANSCRIBE_FAULT_KINDS } from '../../../local/transcribe/fault-kinds';
import { FaultPlan } from '../../../local/transcribe/fault-plan';
import { chunks, collect, sleep, start, TestBench, tones, transcribe } from './sdk-client';

const bench = new TestBench();
afterEach(() => bench.close());

const SYMBOLS = '1234567890';
/** One second of symbols in about a fifth of a second. */
const live = () => bench.live(tones(SYMBOLS).samples, { chunkSamples: 400, intervalMs: 10 });

async function startWith(fault: Fault) {
  const faults = new FaultBoard();
  faults.arm(fault);
  const standIn = await bench.start({ faults });
  return { faults, standIn, client: bench.client(standIn) };
}

describe('a refusal', () => {
  it.each([
    ['refuse-internal-failure', 'InternalFailureException', 500],
    ['refuse-service-unavailable', 'ServiceUnavailableException', 503],
    ['refuse-limit-exceeded', 'LimitExceededException', 429],
    ['refuse-conflict', 'ConflictException', 409],
    ['credentials-rotated', 'ExpiredTokenException', 403],
    ['refuse-rate-exceeded', 'LimitExceededException', 429],
    ['refuse-throttling', 'ThrottlingException', 429],
    ['refuse-bad-request', 'BadRequestException', 400],
    ['refuse-serialization', 'SerializationException', 400],
    ['refuse-unrecognized-client', 'UnrecognizedClientException', 403],
    ['refuse-missing-token', 'MissingAuthenticationTokenException', 403],
    ['refuse-expired-token', 'ExpiredTokenException', 403],
    ['refuse-invalid-signature', 'InvalidSignatureException', 403],
    ['refuse-signature-expired', 'InvalidSignatureException', 403],
    ['refuse-access-denied', 'AccessDeniedException', 403],
    ['refuse-error', 'ValidationException', 400],
  ])('%s answers with %s', async (kind, name, httpStatusCode) => {
    const { client, standIn } = await startWith({ kind });

    await expect(transcribe(client, live())).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });

    expect((await transcribe(client, live())).symbols()).toBe(SYMBOLS);
    expect(standIn.counters()).toMatchObject({ opened: 1, refused: 1 });
  });

  it('credentials-rotated can name the key that counts from then on', async () => {
    const credentials = { accessKeyId: 'AKIANEW', secretAccessKey: 'new' };
    const { client, standIn } = await startWith({
      kind: 'credentials-rotated',
      settings: credentials,
    });

    await expect(transcribe(client, live())).rejects.toThrow();
    await expect(transcribe(client, live())).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });

    const renewed = await transcribe(bench.client(standIn, { credentials }), live());
    expect(renewed.symbols()).toBe(SYMBOLS);
  });

  it.each<[string, Fault['settings'], RegExp | string]>([
    ['refuse-access-denied', {}, /not authorized to perform: transcribe:StartStreamTranscription/],
    ['refuse-signature-expired', {}, /^Signature expired: .* - 5 min\.\)$/],
    ['refuse-signature-expired', { ahead: true }, /^Signature not yet current: .* \+ 5 min\.\)$/],
    ['refuse-bad-request', { message: 'No such vocabulary.' }, 'No such vocabulary.'],
    ['refuse-error', { name: 'OptInRequired', httpStatus: 403, message: 'Sign up.' }, 'Sign up.'],
  ])('%s (%j) says why', async (kind, settings, message) => {
    const { client } = await startWith({ kind, settings });

    await expect(transcribe(client, live())).rejects.toThrow(message);
  });

  it('refuse-bad-gateway answers with a page, as something in between does', async () => {
    const { client } = await startWith({ kind: 'refuse-bad-gateway' });

    await expect(transcribe(client, live())).rejects.toMatchObject({
      $metadata: { httpStatusCode: 502 },
    });
  });

  it('refuse-reset breaks the connection', async () => {
    const { client } = await startWith({ kind: 'refuse-reset' });

    await expect(transcribe(client, live())).rejects.toThrow();
    expect((await transcribe(client, live())).symbols()).toBe(SYMBOLS);
  });

  it('refuse-no-answer never answers', async () => {
    const { client, standIn } = await startWith({ kind: 'refuse-no-answer' });
    const request = start(client, live());
    request.catch(() => undefined);

    const first = await Promise.race([request.catch(() => 'failed'), sleep(200)]);

    expect(first).toBeUndefined();
    expect(standIn.counters()).toMatchObject({ opened: 0, refused: 1 });
  });

  it('strikes the session whose id it aims at', async () => {
    const target = '01234567-89ab-cdef-0123-456789abcdef';
    const { client } = await startWith({ kind: 'refuse-conflict', target });

    await transcribe(client, live());
    await expect(transcribe(client, live(), { SessionId: target })).rejects.toThrow();
  });
});

describe('a fault inside a session', () => {
  it.each([
    ['internal-failure', 'InternalFailureException'],
    ['service-unavailable', 'ServiceUnavailableException'],
    ['limit-exceeded', 'LimitExceededException'],
    ['conflict', 'ConflictException'],
    ['bad-request-idle', 'BadRequestException'],
    ['bad-request-too-big', 'BadRequestException'],
    ['signature-expired', 'BadRequestException'],
    ['bad-request', 'BadRequestException'],
    ['limit-exceeded-duration', 'LimitExceededException'],
  ])('%s throws %s at its moment', async (kind, name) => {
    const { client, standIn } = await startWith({ kind, settings: { afterMs: 300 } });

    await expect(transcribe(client, live())).rejects.toMatchObject({ name });

    expect(standIn.sessions()).toMatchObject([{ endedBy: name, faults: [kind], audioMs: 300 }]);
    expect(standIn.counters().active).toBe(0);
  });

  it.each([
    ['bad-request-idle', /^Your request timed out because no new audio was received for 15 sec/],
    ['bad-request-too-big', /^Your stream is too big/],
    ['bad-request-corrupted', 'The data is corrupted.'],
    ['bad-request-no-end-frame', 'A complete signal was sent without the preceding empty frame'],
    ['bad-request-websocket-frame', 'Unexpected WebSocket frame received.'],
    ['signature-expired', /^Signature expired: .* - 5 min\.\)$/],
    ['limit-exceeded-duration', 'This is typically the audio length limit.'],
    ['conflict', 'A new stream started with the same session ID.'],
  ])('%s has the text of the real one', async (kind, message) => {
    const { client } = await startWith({ kind });

    await expect(transcribe(client, live())).rejects.toThrow(message);
  });

  it('exception is whatever was ordered', async () => {
    const settings = { name: 'ServiceUnavailableException', message: 'Come back.' };
    const { client } = await startWith({ kind: 'exception', settings });

    await expect(transcribe(client, live())).rejects.toMatchObject(settings);
  });

  it.each([
    ['exception-with-event-type', TypeError],
    ['unmodelled-error', /An internal server error occurred/],
    ['corrupt-event', /checksum/],
  ])('%s is no exception that the SDK knows', async (kind, error) => {
    const { client } = await startWith({ kind, settings: { afterMs: 300 } });

    await expect(transcribe(client, live())).rejects.toThrow(error);
  });

  it.each(['rst-stream', 'fin'])(
    '%s ends the results without an error or a final',
    async (kind) => {
      const { client, standIn } = await startWith({ kind, settings: { afterMs: 800 } });

      const { results } = await transcribe(client, live());

      expect(results.length).toBeGreaterThan(0);
      expect(results.every(({ IsPartial }) => IsPartial)).toBe(true);
      expect(standIn.sessions()).toMatchObject([{ endedBy: kind }]);
    },
  );

  it.each([
    ['tcp-reset', { code: 'ERR_STREAM_PREMATURE_CLOSE' }],
    ['goaway-error', { code: 'ERR_HTTP2_SESSION_ERROR' }],
    ['truncated-event', { message: 'Truncated event message received.' }],
  ])('%s throws as a broken connection does', async (kind, error) => {
    const { client, standIn } = await startWith({ kind, settings: { afterMs: 300 } });

    await expect(transcribe(client, live())).rejects.toMatchObject(error);

    expect(standIn.sessions()).toMatchObject([{ endedBy: kind, audioMs: 300 }]);
    expect(standIn.counters().active).toBe(0);
  });

  it('goaway with code 0 lets the session go on', async () => {
    const { client, standIn } = await startWith({ kind: 'goaway', settings: { afterMs: 300 } });

    expect((await transcribe(client, live())).symbols()).toBe(SYMBOLS);

    expect(standIn.sessions()).toMatchObject([{ endedBy: 'complete', faults: ['goaway'] }]);
  });

  it('stall takes audio but never answers or ends again', async () => {
    const { client, standIn } = await startWith({ kind: 'stall', settings: { afterMs: 600 } });
    const response = await start(client, live());
    const collected = collect(response.TranscriptResultStream).catch(() => undefined);

    while ((standIn.sessions()[0]?.audioMs ?? 0) < 1000) await sleep(5);
    await sleep(50);

    expect(standIn.counters().active).toBe(1);
    await bench.close();
    await collected;
    expect(standIn.sessions()).toMatchObject([{ faults: ['stall'] }]);
  });

  it('results-late delays every result and loses none', async () => {
    const { client } = await startWith({ kind: 'results-late', settings: { delayMs: 300 } });
    const response = await start(client, chunks(tones(SYMBOLS).samples));
    const sentAtMs = performance.now();

    const { results, symbols } = await collect(response.TranscriptResultStream);

    expect(performance.now() - sentAtMs).toBeGreaterThanOrEqual(250);
    expect(symbols()).toBe(SYMBOLS);
    expect(results.length).toBeGreaterThan(2);
  });

  it('first-event-late holds the first event back and loses none', async () => {
    const { client } = await startWith({ kind: 'first-event-late', settings: { delayMs: 300 } });
    const askedAtMs = performance.now();

    const response = await start(client, chunks(tones(SYMBOLS).samples));

    expect(performance.now() - askedAtMs).toBeGreaterThanOrEqual(290);
    expect((await collect(response.TranscriptResultStream)).symbols()).toBe(SYMBOLS);
  });

  it('strikes a session that was running when it was armed', async () => {
    const faults = new FaultBoard();
    const standIn = await bench.start({ faults });
    const audio = bench.live(new Int16Array(80_000), { intervalMs: 2 });
    const running = transcribe(bench.client(standIn), audio);
    while ((standIn.sessions()[0]?.audioMs ?? 0) < 200) await sleep(2);

    faults.arm({ kind: 'internal-failure' });

    await expect(running).rejects.toMatchObject({ name: 'InternalFailureException' });
    expect(faults.struck('internal-failure')).toBe(1);
  });
});

describe('the documentation', () => {
  it('names every kind of fault', () => {
    const page = readFileSync(join(projectRoot(), 'docs/local.md'), 'utf8');

    expect(TRANSCRIBE_FAULT_KINDS.filter((kind) => !page.includes(`\`${kind}\``))).toEqual([]);
  });
});

describe('FaultPlan', () => {
  it('asks once a second of audio and gives each fault at its moment', () => {
    const board = new FaultBoard();
    board.arm({ kind: 'fin', times: 5, settings: { afterMs: 1500 } });
    const plan = new FaultPlan(board, 'session');

    const dueAt = Array.from({ length: 40 }, (_, index) => index * 100).filter(
      (audioMs) => plan.due(audioMs).length > 0,
    );

    expect(dueAt).toEqual([1500]);
    expect(board.struck('fin')).toBe(1);
  });

  it('counts the moment from when the fault was armed', () => {
    const board = new FaultBoard();
    const plan = new FaultPlan(board, 'session');
    plan.due(0);
    board.arm({ kind: 'fin', settings: { afterMs: 200 } });

    expect(plan.due(500)).toEqual([]);
    expect(plan.due(1000)).toEqual([]);
    expect(plan.due(1200)).toMatchObject([{ kind: 'fin' }]);
  });
});
