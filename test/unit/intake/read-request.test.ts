import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readRequest } from '../../../functions/worker/intake/read-request';
import { STREAM_ARN } from '../../support/call-records';

const SECRET = '+4915112345678';
const LEG = { channel: 'caller', streamArn: STREAM_ARN };
const GOOD = { schemaVersion: 1, callId: 'call-1', legs: [LEG] };

const bodyWith = (changes: object) => JSON.stringify({ ...GOOD, ...changes });

describe('readRequest', () => {
  it.each(['call-request', 'call-request-minimal'])('takes the sample %s', (name) => {
    const body = readFileSync(join(__dirname, `../../../events/${name}.json`), 'utf8');

    expect(readRequest(body)).toEqual({ ok: true, request: JSON.parse(body) as unknown });
  });

  it('takes members that it does not know, and drops them', () => {
    expect(readRequest(bodyWith({ later: true }))).toEqual({ ok: true, request: GOOD });
  });

  it.each([
    ['no JSON', `{"callId": ${SECRET}`, 'not JSON'],
    ['JSON that is no object', JSON.stringify(SECRET), '(message)'],
    ['null', 'null', '(message)'],
    ['nothing', '', 'not JSON'],
    ['a newer version', bodyWith({ schemaVersion: SECRET }), 'schemaVersion'],
    ['no call id', bodyWith({ callId: undefined }), 'callId'],
    ['a call id of wrong characters', bodyWith({ callId: `${SECRET} ` }), 'callId'],
    ['no legs', bodyWith({ legs: [] }), 'legs'],
    ['legs that are no list', bodyWith({ legs: SECRET }), 'legs'],
    ['three legs', bodyWith({ legs: [LEG, LEG, LEG] }), 'legs'],
    ['two legs of one channel', bodyWith({ legs: [LEG, LEG] }), 'legs: each leg needs a channel'],
    ['an unknown channel', bodyWith({ legs: [{ ...LEG, channel: SECRET }] }), 'legs.0.channel'],
    [
      'a stream that is no ARN',
      bodyWith({ legs: [{ ...LEG, streamArn: SECRET }] }),
      'legs.0.streamArn',
    ],
    ['a track without a name', bodyWith({ legs: [{ ...LEG, track: '' }] }), 'legs.0.track'],
    [
      'a fragment number that is none',
      bodyWith({ legs: [{ ...LEG, startFragmentNumber: SECRET }] }),
      'legs.0.startFragmentNumber',
    ],
    [
      'a start that is no time',
      bodyWith({ legs: [{ ...LEG, startTime: SECRET }] }),
      'legs.0.startTime',
    ],
    ['a guard without a value', bodyWith({ guard: { tag: SECRET } }), 'guard.value'],
    ['an unknown option', bodyWith({ options: { lang: SECRET } }), 'options: lang is no option'],
    ['a language that is none', bodyWith({ options: { language: SECRET } }), 'options.language'],
    [
      'a limit that is too small',
      bodyWith({ options: { idleLimitSeconds: 1 } }),
      'options.idleLimitSeconds',
    ],
    [
      'an attribute that is no text',
      bodyWith({ attributes: { queue: [SECRET] } }),
      'attributes.queue',
    ],
    [
      'an attribute that is too long',
      bodyWith({ attributes: { queue: SECRET.repeat(100) } }),
      'attributes.queue',
    ],
  ])('names the field and not the value of %s', (_name, body, field) => {
    const read = readRequest(body);

    expect(read).toMatchObject({ ok: false, problem: expect.stringContaining(field) as string });
    expect(JSON.stringify(read)).not.toContain(SECRET.slice(1));
  });

  it('names every wrong field', () => {
    const read = readRequest(bodyWith({ schemaVersion: 2, legs: [{}], options: { partials: 1 } }));

    expect(read).toMatchObject({
      problem: expect.stringMatching(
        /^schemaVersion: .*; legs\.0\.channel: .*; legs\.0\.streamArn: .*; options\.partials: /,
      ) as string,
    });
  });

  it('tells the call id when that at least is right', () => {
    expect(readRequest(bodyWith({ legs: [] }))).toMatchObject({ ok: false, callId: 'call-1' });
    expect(readRequest('{}')).not.toHaveProperty('callId');
  });

  it('keeps a problem short and printable, whatever the message is', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`\u0007${i}${'ä'.repeat(500)}`, 1]),
    );

    const read = readRequest(bodyWith({ attributes }));

    const problem = read.ok ? '' : read.problem;
    expect(problem.length).toBeLessThan(4_000);
    expect(problem).toMatch(/^[\x20-\x7e]+; and \d+ more$/);
  });
});
