import { withOptions } from '../../../functions/dispatch/call-options';
import { readTrigger } from '../../../functions/dispatch/read-trigger';
import type { AllowLists } from '../../../functions/dispatch/trigger';
import { NO_DEPLOYMENT_OPTIONS } from '../../../shared/deployment-options';
import { NOW_MS, sample } from './support';

const NOTHING: AllowLists = { contactAttributes: [], sipHeaders: [] };
const read = (event: unknown, lists: AllowLists = NOTHING) => readTrigger(event, lists, NOW_MS);
const CONTACT = 'Details.ContactData';

describe('a flow event', () => {
  const withAttributes = (attributes: Record<string, string>) =>
    sample('connect-flow-event', { [`${CONTACT}.Attributes`]: attributes });

  it('sets every option by an attribute of its name', () => {
    const trigger = read(
      withAttributes({
        callscribe_language: 'de-DE',
        callscribe_vocabulary_name: 'v',
        callscribe_vocabulary_filter_name: 'f',
        callscribe_vocabulary_filter_method: 'mask',
        callscribe_language_model_name: 'm',
        callscribe_suspend_silence: 'False',
        callscribe_idle_limit_seconds: '60',
        callscribe_max_duration_seconds: '3600',
      }),
    );

    expect(trigger).toMatchObject({
      options: {
        language: 'de-DE',
        vocabularyName: 'v',
        vocabularyFilterName: 'f',
        vocabularyFilterMethod: 'mask',
        languageModelName: 'm',
        partials: true,
        suspendSilence: false,
        idleLimitSeconds: 60,
        maxDurationSeconds: 3600,
      },
    });
  });

  it.each([
    ['callscribe_langauge', 'en-US', 'callscribe_language'],
    ['callscribe_language', 'english', 'language'],
    ['callscribe_suspend_silence', 'yes', 'suspendSilence'],
    ['callscribe_call_analytics', 'false', 'callAnalytics'],
    ['callscribe_language_options', ' , ', 'languageOptions'],
    ['callscribe_session_resume_window', 'long', 'sessionResumeWindow'],
    ['callscribe_sample_rate_hz', '8000', 'callscribe_sample_rate_hz'],
    ['callscribe_idle_limit_seconds', '5', 'idleLimitSeconds'],
    ['callscribe_max_duration_seconds', 'long', 'maxDurationSeconds'],
  ])('is refused for %s = %s', (name, value, hint) => {
    expect(() => read(withAttributes({ [name]: value }))).toThrow(hint);
  });

  it('takes no notice of empty settings and of our own answers', () => {
    const event = sample('connect-flow-event', {
      'Details.Parameters': {},
      [`${CONTACT}.Attributes`]: {
        callscribe_language: ' ',
        callscribe_status: 'requested',
        callscribe_reason: '',
      },
    });

    expect(read(event)).toMatchObject({ options: undefined });
  });

  it('stores attributes by allow-list only, cut to their length, ours being ours', () => {
    const event = withAttributes({ order: 'x'.repeat(2000), queue: 'mine', secret: 'no' });

    const trigger = read(event, { contactAttributes: ['order', 'queue', 'none'], sipHeaders: [] });

    expect(trigger).toMatchObject({
      attributes: { order: 'x'.repeat(1024), queue: 'Support' },
    });
    expect(trigger).not.toHaveProperty('attributes.secret');
  });

  it('asks for the flow to be put right when streaming has not been started', () => {
    const event = sample('connect-flow-event', {
      [`${CONTACT}.MediaStreams.Customer.Audio`]: null,
    });

    expect(() => read(event)).toThrow('Start media streaming');
  });

  it('is ignored for a chat', () => {
    expect(read(sample('connect-flow-event', { [`${CONTACT}.Channel`]: 'CHAT' }))).toMatchObject({
      type: 'ignored',
      callId: '5ca32fbd-8f92-46af-92a5-6b0f970f0efe',
    });
  });

  it('needs no queue, no attributes and no parameters', () => {
    const event = sample('connect-flow-event', {
      'Details.Parameters': undefined,
      [`${CONTACT}.Attributes`]: null,
      [`${CONTACT}.Queue`]: null,
      [`${CONTACT}.InitiationMethod`]: 'TRANSFER',
    });

    expect(read(event)).toMatchObject({ type: 'start', legs: [{}, {}] });
  });
});

describe('a contact event', () => {
  const contact = (changes: Record<string, unknown> = {}) =>
    sample('connect-contact-disconnected', changes);

  it('is read however its names are spelled', () => {
    const { detail, ...envelope } = contact() as { detail: Record<string, unknown> };
    const { contactId, eventType, channel, agentInfo, disconnectTimestamp, ...rest } = detail;
    const shouted = {
      ...rest,
      ContactId: contactId,
      EventType: eventType,
      Channel: 'Voice',
      AgentInfo: { AgentArn: (agentInfo as { agentArn: string }).agentArn },
      disconnecttimestamp: disconnectTimestamp,
      channel,
    };

    expect(read({ ...envelope, detail: shouted })).toEqual(read(contact()));
    expect(read({ ...envelope, detail: { ...shouted, EventType: 'QUEUED' } })).toMatchObject({
      attributes: { agent: expect.stringContaining('/agent/') as string },
    });
  });

  it('ends the call when the event was made if it names no time', () => {
    expect(read(contact({ 'detail.disconnectTimestamp': undefined }))).toMatchObject({
      type: 'stop',
      endTime: '2026-01-02T03:06:06.000Z',
    });
  });

  it('starts and ends nothing when its type is unheard of', () => {
    expect(read(contact({ 'detail.eventType': 'SOMETHING_NEW' }))).toMatchObject({
      type: 'attributes',
    });
  });

  it('is ignored for a chat', () => {
    expect(read(contact({ 'detail.channel': 'Chat' }))).toMatchObject({ type: 'ignored' });
  });
});

describe('a Chime event', () => {
  it('stores SIP headers by allow-list only, in whatever case', () => {
    const lists = { contactAttributes: [], sipHeaders: ['X-Order', 'CSeq'] };
    const event = sample('chime-started-caller', {
      'detail.inviteHeaders': { 'x-ORDER': '7', cseq: '1', from: '<sip:1@x>', 'x-list': ['a'] },
    });

    expect(read(event, lists)).toMatchObject({
      attributes: { 'sip.x-order': '7', 'sip.cseq': '1' },
    });
    const stored = withOptions(read(event, lists), NO_DEPLOYMENT_OPTIONS);
    expect(JSON.stringify(stored)).not.toContain('sip:1@x');
  });

  it('turns any offset into UTC', () => {
    const event = sample('chime-started-caller', {
      'detail.startTime': '2026-01-02T04:04:05+01:00',
    });

    expect(read(event)).toMatchObject({ leg: { startTime: '2026-01-02T03:04:05.000Z' } });
  });

  it('names an end and a failure by when the event was made when it holds no time', () => {
    expect(read(sample('chime-ended-agent', { 'detail.endTime': undefined }))).toMatchObject({
      endTime: '2026-01-02T03:06:07.000Z',
    });
    expect(read(sample('chime-failed', { 'detail.failTime': null }))).toMatchObject({
      failTime: '2026-01-02T03:05:30.000Z',
    });
  });
});
