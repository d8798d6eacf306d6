import { errorAnswer } from '../../../functions/worker/kvs/error-answer';

function nameOf(header: string | undefined, body = ''): string {
  const headers = new Map(header === undefined ? [] : [['x-amzn-errortype', header]]);
  return errorAnswer(400, headers, body).name;
}

describe('errorAnswer', () => {
  it.each([
    ['ResourceNotFoundException', undefined],
    ['ResourceNotFoundException:http://internal.amazon.com/coral/x/', undefined],
    ['com.amazonaws.kinesisvideo#ResourceNotFoundException', undefined],
    [undefined, '{"code":"ResourceNotFoundException"}'],
    [undefined, '{"__type":"aws.kinesisvideo#ResourceNotFoundException","Message":"x"}'],
  ])('takes the name from %s %s', (header, body) => {
    expect(nameOf(header, body)).toBe('ResourceNotFoundException');
  });

  it.each([
    ['nothing', undefined, ''],
    ['text', undefined, '<html>'],
    ['no object', undefined, '["ResourceNotFoundException"]'],
    ['a code that is none', undefined, '{"code":42}'],
    ['a name unfit for a log', 'arn of a customer', ''],
  ])('falls back to the status for %s', (_name, header, body) => {
    expect(nameOf(header, body)).toBe('Status400');
  });

  it('never quotes the answer', () => {
    const error = errorAnswer(403, new Map(), '{"message":"a secret"}');

    expect(String(error)).toBe('Status403: GetMedia was answered with status 403');
  });
});
