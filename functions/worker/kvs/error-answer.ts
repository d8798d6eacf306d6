import { errorName, jsonFields } from '../aws/answer-error';

/** GetMedia's refusal as an Error of the service's name for it. The text never quotes the answer. */
export function errorAnswer(
  status: number,
  headers: ReadonlyMap<string, string>,
  body: string,
): Error {
  const error = new Error(`GetMedia was answered with status ${status}`);
  error.name = errorName(headers.get('x-amzn-errortype'), jsonFields(body)) ?? `Status${status}`;
  return error;
}
