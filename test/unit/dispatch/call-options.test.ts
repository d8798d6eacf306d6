import { NO_DEPLOYMENT_OPTIONS, type OptionRule } from '../../../shared/deployment-options';
import type { CallOptions } from '../../../shared/call';
import { parkedBody } from '../../../functions/dispatch/dead-letters';
import { FakeQueues, FakeTable, prepareDispatch, sample } from './support';

const QUEUE = 'Details.ContactData.Queue';
const NUMBER = '+12025550199';
const flow = (attributes: Record<string, string> = {}, changes: Record<string, unknown> = {}) =>
  sample('connect-flow-event', {
    'Details.Parameters': {},
    'Details.ContactData.Attributes': attributes,
    ...changes,
  });
const rule = (when: OptionRule['when'], options: CallOptions): OptionRule => ({ when, options });

function prepare(options: CallOptions, rules: readonly OptionRule[] = []) {
  const queues = new FakeQueues();
  const table = new FakeTable();
  const logged: unknown[] = [];
  const log = (fields: object, message: string) => void logged.push(fields, message);
  const logger = { info: log, warn: log, error: log, debug: log, child: () => logger } as never;
  const dispatch = prepareDispatch(queues, table, {
    callOptions: { ...NO_DEPLOYMENT_OPTIONS, options, rules },
    logger,
  });
  return { queues, table, logged, dispatch };
}

/** Options of the request that the event brings about. */
async function optionsOf(event: unknown, options: CallOptions, rules: readonly OptionRule[] = []) {
  const { queues, dispatch } = prepare(options, rules);
  await dispatch(event);
  return queues.messages[0]?.options;
}

describe("a call's options", () => {
  it('come from the deployment, then from the rule, then from the call', async () => {
    const rules = [
      rule({ queueName: 'Support' }, { vocabularyName: 'b', transcriptFormat: 'spoken' }),
    ];

    const options = await optionsOf(
      flow({ callscribe_transcript_format: 'written' }),
      { vocabularyName: 'a', partials: true, languageModelName: 'm' },
      rules,
    );

    expect(options).toEqual({
      vocabularyName: 'b',
      transcriptFormat: 'written',
      partials: true,
      languageModelName: 'm',
    });
  });

  it('are absent when nobody sets any', async () => {
    expect(await optionsOf(flow(), {})).toBeUndefined();
  });

  it('are those of the first rule that fits, and of no other', async () => {
    const rules = [
      rule({ queueName: 'Sales' }, { vocabularyName: 'sales' }),
      rule({ direction: 'inbound' }, { vocabularyName: 'inbound' }),
      rule({}, { vocabularyName: 'all', transcriptFormat: 'spoken' }),
    ];

    expect(await optionsOf(flow(), {}, rules)).toEqual({ vocabularyName: 'inbound' });
  });

  it.each<[string, OptionRule['when'], boolean]>([
    ['its queue', { queueName: 'Support' }, true],
    ['another queue', { queueName: 'Sales' }, false],
    ['one of several queues', { queueName: ['Sales', 'Support'] }, true],
    [
      "its queue's ARN",
      {
        queueArn:
          'arn:aws:connect:eu-central-1:123456789012:instance/0f0e0d0c-0b0a-4908-8706-050403020100/queue/11111111-2222-4333-8444-555555555555',
      },
      true,
    ],
    ['the number called', { number: NUMBER }, true],
    ['the number of the caller', { number: '+12025550123' }, false],
    ['its direction', { direction: 'inbound' }, true],
    ['the other direction', { direction: 'outbound' }, false],
    ['an attribute', { attributes: { tier: 'gold' } }, true],
    ['another value of it', { attributes: { tier: ['silver', 'tin'] } }, false],
    ['an attribute that it has not', { attributes: { size: 'gold' } }, false],
    ['some but not all of it', { queueName: 'Support', direction: 'outbound' }, false],
    ['everything', {}, true],
  ])('of a flow follow a rule by %s', async (_what, when, isFit) => {
    const rules = [rule(when, { vocabularyName: 'v' })];

    const options = await optionsOf(flow({ tier: 'gold' }), {}, rules);

    expect(options).toEqual(isFit ? { vocabularyName: 'v' } : undefined);
  });

  it('follow no rule about queues without a queue', async () => {
    const rules = [rule({ queueName: 'Support' }, { vocabularyName: 'v' })];

    expect(await optionsOf(flow({}, { [QUEUE]: null }), {}, rules)).toBeUndefined();
  });

  it.each<[string, OptionRule['when'], Record<string, unknown>]>([
    ['the number called', { number: NUMBER }, { 'detail.toNumber': NUMBER }],
    [
      'the number calling out',
      { number: NUMBER, direction: 'outbound' },
      { 'detail.direction': 'Outbound', 'detail.fromNumber': NUMBER },
    ],
    [
      'a SIP header that is not stored',
      { attributes: { 'sip.x-tenant': '7' } },
      { 'detail.inviteHeaders': { 'X-Tenant': '7' } },
    ],
  ])('of a Chime call follow a rule by %s', async (_what, when, changes) => {
    const rules = [rule(when, { vocabularyName: 'v' })];

    const options = await optionsOf(sample('chime-started-caller', changes), {}, rules);

    expect(options).toEqual({ vocabularyName: 'v' });
  });

  it('of a request over the bus follow a rule by its attributes', async () => {
    const rules = [
      rule({ queueName: 'Orders', attributes: { queue: 'Orders' } }, { vocabularyName: 'v' }),
    ];

    const options = await optionsOf(sample('transcription-requested'), {}, rules);

    expect(options).toEqual({ language: 'de-DE', vocabularyName: 'v' });
  });
});

describe('a request with options that do not go together', () => {
  it('is refused with option, rule and example, by what the layers make', async () => {
    const { queues, dispatch } = prepare({ contentRedactionType: 'PII' });

    const answer = await dispatch(
      flow({ callscribe_identify_language: 'true', callscribe_language_options: 'en-GB, de-DE' }),
    );

    expect(answer).toMatchObject({ status: 'refused' });
    expect(answer.reason).toMatch(
      /contentRedactionType does not go with language identification.*for example \{"language"/,
    );
    expect(queues.messages).toEqual([]);
    expect(queues.parked).toHaveLength(1);
  });

  it('is refused when it asks for Call Analytics of one party', async () => {
    const { dispatch } = prepare({});

    const answer = await dispatch(
      sample('transcription-requested', { 'detail.options': { callAnalytics: {} } }),
    );

    expect(answer).toMatchObject({ status: 'refused' });
    expect(answer.reason).toContain('callAnalytics needs audio of two channels');
  });

  it('is not when the deployment asks for what only other calls can have', async () => {
    const { dispatch, queues } = prepare({ callAnalytics: {} });

    await dispatch(sample('transcription-requested'));

    expect(queues.messages).toHaveLength(1);
  });
});

it('keeps the numbers that rules go by to itself', async () => {
  const rules = [rule({ number: NUMBER }, { vocabularyName: 'v' })];
  const { queues, table, logged, dispatch } = prepare({}, rules);
  const changes = { 'detail.toNumber': NUMBER, 'detail.inviteHeaders': { To: NUMBER } };

  await dispatch(flow());
  await dispatch(sample('chime-started-caller', changes));

  expect(queues.messages.map(({ options }) => options)).toEqual([
    { vocabularyName: 'v' },
    { vocabularyName: 'v' },
  ]);
  expect(JSON.stringify([queues, table, logged])).not.toContain('2025550');
  expect(parkedBody(sample('chime-started-caller', changes))).not.toContain('2025550');
});
