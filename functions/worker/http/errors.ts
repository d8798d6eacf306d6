/* Errors of our own, under the names that the AWS SDK gives them. */

export function abortError(): Error {
  return Object.assign(new Error('the request was aborted'), { name: 'AbortError' });
}

export function timeoutError(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}
