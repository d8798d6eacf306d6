import { CallscribeError } from '../../../../shared/errors';
import type { Service } from '../../../../shared/errors/failure';
import { FAILURES } from '../../../../shared/errors/table';
import { explain, explainInBand, failureOf } from '../../../../shared/errors/explain';

function errorOf(name: string, message = '', more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

describe('explain', () => {
  it('passes an error of ours unchanged', () => {
    const own = new CallscribeError('bad-audio', 'no');

    expect(explain(own, 'transcribe')).toBe(own);
  });

  it('keeps the original as the cause, and shows nothing of its text', () => {
    const original = errorOf('BadRequestException', 'the caller said 555-1234');

    const error = explain(original, 'transcribe');

    expect(error.cause).toBe(original);
    expect(error.message).not.toMatch(/555|said/);
  });

  it.each(['two words', 'line\nbreak', 'x'.repeat(100), '<b>'])(
    'does not show a name that is none: %j',
    (name) => {
      expect(explain(errorOf(name), 'dynamodb').message).toMatch(
        /^DynamoDB: (Error|unknown error) /,
      );
    },
  );

  it.each([['text'], [42], [undefined], [null], [{}]])('explains anything: %p', (thrown) => {
    expect(explain(thrown, 'sqs')).toMatchObject({ code: 'unavailable', failure: 'unknown' });
  });

  it('looks for the code in the causes of a wrapper', () => {
    const cause = Object.assign(new Error('self-signed'), { code: 'CERT_HAS_EXPIRED' });
    const wrapper = Object.assign(new Error('canceled', { cause }), {
      code: 'ERR_HTTP2_STREAM_CANCEL',
    });

    expect(explain(wrapper, 'transcribe').failure).toBe('untrusted-certificate');
  });

  it('looks at the first of several addresses that were tried', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

    const error = explain(new AggregateError([refused]), 'event-bridge');

    expect(error.failure).toBe('nobody-listens');
    expect(error.message).toContain('AWS_ENDPOINT_URL_EVENTBRIDGE');
  });

  it('ends where causes go round', () => {
    const first = errorOf('First');
    const second = errorOf('Second', '', { cause: first });
    Object.assign(first, { cause: second });

    expect(explain(first, 'sqs').failure).toBe('unknown');
  });

  it('names the action that is missing, when the service says it', () => {
    const text = 'User: arn:aws:iam::1:user/u is not authorized to perform: kinesisvideo:GetMedia';

    const { message } = explain(errorOf('AccessDeniedException', text), 'kinesis-video');

    expect(message).toContain('What to do: allow kinesisvideo:GetMedia to the role');
    expect(message).not.toContain('arn:');
  });

  it('lets a caller decide to try again', () => {
    const refusal = errorOf('AccessDeniedException');

    expect(explain(refusal, 'event-bridge').retryable).toBe(false);
    expect(explain(refusal, 'event-bridge', { retryable: true }).retryable).toBe(true);
  });

  it('carries the context on', () => {
    const context = { streamArn: 'arn', fragmentNumber: '17' };

    expect(explainInBand(4000, context)).toMatchObject({ failure: 'kvs-4000', context });
  });
});

const EXAMPLES = FAILURES.flatMap(({ id, services, seenAs = [] }) =>
  services.flatMap((service) => seenAs.map((example) => [example, service, id] as const)),
);

describe('explain, of what clients see', () => {
  it.each(EXAMPLES.filter(([, service, id]) => !isSpecial(service, id)))(
    'takes %j of %s for %s',
    (example, service, id) => {
      const [name = '', ...text] = example.split(': ');

      expect(explain(errorOf(name, text.join(': ')), service).failure).toBe(id);
    },
  );
});

/** Services for which a general failure has entries of its own, which come first. */
function isSpecial(service: Service, id: string): boolean {
  const special: Partial<Record<Service, readonly string[]>> = {
    transcribe: ['connection-lost', 'service-unavailable', 'service-failed'],
    dynamodb: ['throttled'],
  };
  return special[service]?.includes(id) ?? false;
}

describe('failureOf', () => {
  it('finds what an error was made from', () => {
    const error = explain(errorOf('ConflictException'), 'transcribe');

    expect(failureOf(error)?.id).toBe('transcribe-session-conflict');
  });

  it('finds what stands for the code of one that we threw ourselves', () => {
    expect(failureOf(new CallscribeError('unknown-track', 'no'))?.id).toBe('own-track');
  });
});
