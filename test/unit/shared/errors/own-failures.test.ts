import type { KinesisVideoClient } from '@aws-sdk/client-kinesis-video';
import type { KinesisVideoMediaClient } from '@aws-sdk/client-kinesis-video-media';
import type { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import { readTrigger } from '../../../../functions/dispatch/read-trigger';
import { chooseCodec } from '../../../../functions/worker/audio/codec';
import { readConfig } from '../../../../functions/worker/config';
import { claimCall } from '../../../../functions/worker/intake/claim';
import { MediaSource } from '../../../../functions/worker/kvs/media-source';
import { SdkMediaReader } from '../../../../functions/worker/kvs/sdk-media-reader';
import { openSdkSession } from '../../../../functions/worker/transcribe/sdk-session';
import { recordFromItem } from '../../../../shared/call-log-codec';
import { systemClock } from '../../../../shared/clock';
import { CallscribeError } from '../../../../shared/errors';
import { failureOf } from '../../../../shared/errors/explain';
import { FAILURES } from '../../../../shared/errors/table';
import { retry } from '../../../../shared/retry';
import { facts, logOf } from '../../../support/call-records';
import { EXPIRED, RESUME, RESUMED } from '../../audio/expired';
import { caller, place } from '../../audio/place';
import { CALLER, TRACK, voice } from '../../audio/voice';
import { requestFor, stateFor, writerFor, withStore, type Store } from '../../log/store';
import { thrownBy } from './row';

const EXPIRY_SECONDS = 2_000_000_000;
const SESSION = { sampleRateHz: 8000, channelCount: 1, language: 'en-US', options: {} } as const;
const ARN = 'arn:aws:kinesisvideo:us-east-1:000000000000:stream/calls/1';
const NO_LISTS = { contactAttributes: [], sipHeaders: [] };

let store: Store;
withStore((started) => (store = started));

const mediaWith = (answer: { DataEndpoint?: string }) => {
  const control = { send: () => Promise.resolve(answer) } as unknown as KinesisVideoClient;
  const media = { send: () => Promise.resolve({}) } as unknown as KinesisVideoMediaClient;
  const source = new MediaSource(control, new SdkMediaReader(() => media));
  return source.open(ARN, { type: 'earliest' }, new AbortController().signal);
};

/** Each failure that we find ourselves, brought about in the code that finds it. */
const ROWS: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['own-configuration', () => thrownBy(() => readConfig({}))],
  ['own-request', () => thrownBy(() => readTrigger({}, NO_LISTS, 0))],
  ['own-audio', () => thrownBy(() => chooseCodec({ ...TRACK, sampleRateHz: 44_100 }))],
  ['own-codec', () => thrownBy(() => chooseCodec({ ...TRACK, codecId: 'A_AAC' }))],
  ['own-stream', () => thrownBy(mediaWith({ DataEndpoint: 'http://127.0.0.1:1' }))],
  ['own-unavailable', () => thrownBy(mediaWith({}))],
  ['own-stream-expired', () => thrownBy(expired())],
  ['own-track', () => thrownBy(withoutTrack())],
  ['own-session', letGoSession],
  ['own-fenced', () => thrownBy(fenced())],
  ['own-log-unreadable', () => thrownBy(() => recordFromItem({ record: { S: '{"x":1}' } }))],
  [
    'own-log-too-new',
    () => thrownBy(() => recordFromItem({ record: { S: '{"schemaVersion":99}' } })),
  ],
  ['own-poison', poison],
  ['own-aborted', () => thrownBy(retry(() => Promise.resolve(), { signal: AbortSignal.abort() }))],
  ['own-internal', async () => CallscribeError.from(new TypeError('x is not a function'))],
];

it.each(ROWS)('tells %s by its code', async (id, provoke) => {
  const error = await provoke();

  if (!(error instanceof CallscribeError)) throw error;
  expect(failureOf(error)?.id).toBe(id);
  expect(error.message).toMatch(/\w{3}/);
});

it('is provoked, each failure that we find ourselves', () => {
  const own = FAILURES.filter(({ services }) => services.includes('callscribe'));

  expect(ROWS.map(([id]) => id).sort()).toEqual(own.map(({ id }) => id).sort());
});

function expired(): Promise<unknown> {
  return place([{ legs: [{ leg: CALLER, resume: RESUME }], steps: [EXPIRED] }], RESUMED);
}

function withoutTrack(): Promise<unknown> {
  const steps = voice({ seed: 1, fromMs: 0, toMs: 9_000, track: { name: 'Music' } });
  return place([caller(steps)]);
}

/** A session that nobody answers, on a clock on which its deadline comes at once. */
async function letGoSession(): Promise<unknown> {
  const hasty = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 1000, signal),
  };
  const silent = {
    send: (_command: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
      new Promise((_resolve, reject) => abortSignal.addEventListener('abort', reject)),
  } as unknown as TranscribeStreamingClient;
  const session = openSdkSession(silent, SESSION, hasty);
  return thrownBy(async () => {
    for await (const _ of session.results);
  });
}

async function fenced(): Promise<void> {
  const [record] = logOf('fenced', facts.claimed());
  if (record === undefined) throw new Error('no record');
  await store.log.append(record, EXPIRY_SECONDS);
  await store.log.append({ ...record, writer: 'another', nonce: 'another' }, EXPIRY_SECONDS);
}

/** The code is that of the record with which the worker then ends the call. */
async function poison(): Promise<unknown> {
  const state = stateFor('poison', { messageId: 'm-1', claimsWithoutProgress: 5 });
  const writer = writerFor(store.log, 'poison', { workerId: 'w-1', state });
  await writer.append(facts.claimed());
  await writer.append(facts.started('poison'));
  const options = { log: store.log, workerId: 'w-1', clock: systemClock };
  const { type } = await claimCall(requestFor('poison'), 'm-1', options);
  if (type !== 'poison') throw new Error(`the call was ${type}`);
  return new CallscribeError(type, 'five claims made no progress');
}
