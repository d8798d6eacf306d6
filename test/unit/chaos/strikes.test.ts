import { RequestReader } from '../../chaos/run/aws-requests';
import { noteStrikesInLog } from '../../chaos/run/log-evidence';
import { SessionListener } from '../../chaos/run/session-listener';
import { StrikeLedger } from '../../chaos/run/strike-ledger';
import { StrikesOnRequest } from '../../chaos/run/strikes-on-request';
import { SequenceIndex } from '../../chaos/judge/sequence-index';
import { createTonesEngine } from '../../../local/recognisers/tones';
import { renderDtmf } from '../../../local/dtmf/dtmf';
import { logOf } from '../../support/call-records';

describe('StrikesOnRequest', () => {
  function strikes() {
    const armed: string[] = [];
    const waiting = new StrikesOnRequest((callId, name, _fault, target) =>
      armed.push([name, callId, target].join(' ').trimEnd()),
    );
    return { armed, waiting };
  }

  it('arms a fault when a request of its call passes, so often as is wanted', () => {
    const { armed, waiting } = strikes();
    waiting.add('a', 'throttled', { service: 'dynamodb', kind: 'throttled', times: 2 });
    waiting.passing('dynamodb', 'PutItem', {}, ['b']);
    waiting.passing('event-bridge', 'PutEvents', {}, ['a']);
    expect(armed).toEqual([]);
    for (let i = 0; i < 3; i++) waiting.passing('dynamodb', 'PutItem', {}, ['a']);
    expect(armed).toEqual(['throttled a', 'throttled a']);
  });

  it('waits for a request at which the stand-in commits the kind', () => {
    const { armed, waiting } = strikes();
    waiting.add('a', 'rival', { service: 'dynamodb', kind: 'competing-writer' });
    waiting.passing('dynamodb', 'Query', {}, ['a']);
    waiting.passing('dynamodb', 'PutItem', { Item: { type: { S: 'claimed' } } }, ['a']);
    expect(armed).toEqual([]);
    const body = { TableName: 'CallLog', Item: { type: { S: 'segment' } } };
    waiting.passing('dynamodb', 'PutItem', body, ['a']);
    expect(armed).toEqual(['rival a CallLog/PutItem/a']);
  });
});

describe('RequestReader', () => {
  it('finds the calls of requests to the store, the bus and the queue', () => {
    const reader = new RequestReader();
    expect(reader.callsOf('dynamodb', { Item: { callId: { S: 'a' } } })).toEqual(['a']);
    expect(
      reader.callsOf('dynamodb', { ExpressionAttributeValues: { ':id': { S: 'b' } } }),
    ).toEqual(['b']);
    const entry = { Detail: JSON.stringify({ callId: 'c' }) };
    expect(reader.callsOf('event-bridge', { Entries: [entry] })).toEqual(['c']);
    const message = { Body: JSON.stringify({ callId: 'd' }), ReceiptHandle: 'r-1' };
    expect(reader.delivered({ Messages: [message] })).toEqual(['d']);
    expect(reader.callsOf('sqs', { Entries: [{ ReceiptHandle: 'r-1' }] })).toEqual(['d']);
  });
});

describe('SessionListener', () => {
  it('knows a session by what is said in it', async () => {
    const { samples, truth } = renderDtmf({
      symbols: '159D*0#73',
      toneMs: 50,
      pauseMs: 50,
      sampleRateHz: 8000,
      amplitudeDbfs: -10,
    });
    const index = new SequenceIndex();
    index.add('call-7', truth);
    const listener = new SessionListener(index);
    listener.opening('session-1');
    const recogniser = await listener.wrap(createTonesEngine()).open({
      sampleRateHz: 8000,
      languageCode: 'en-US',
      onRecognition: () => undefined,
    });
    expect(listener.callOf('session-1')).toBeUndefined();
    await recogniser.push(samples);
    await recogniser.finish();
    expect(listener.callOf('session-1')).toBe('call-7');
  });
});

describe('noteStrikesInLog', () => {
  const session = (end: 'failed' | 'rollover', lengthMs: number, code?: string) => ({
    type: 'session' as const,
    ordinal: 1,
    startMs: 0,
    endMs: lengthMs,
    billedSeconds: 15,
    end,
    ...(code === undefined ? {} : { code }),
  });

  it('tells rollovers and limits from the sessions of a log', () => {
    const ledger = new StrikeLedger();
    const log = logOf(
      'a',
      session('failed', 0, 'quota-exceeded'),
      session('failed', 0, 'session-failed'),
      session('rollover', 15_000),
      session('failed', 19_800, 'quota-exceeded'),
    );
    noteStrikesInLog('a', log, 20_000, ledger);
    expect(ledger.of('a')).toEqual({
      'session-limit': 1,
      'session-limit-unannounced': 1,
    });
  });
});
