/**
 * What the service calls a refusal, as an Error of that name: from the header `x-amzn-errortype`,
 * else from the JSON body's `code` or `__type`, else from the status. URLs and namespaces that
 * services put around the name are cut off, as the SDK does. The text never quotes the answer.
 */
export function errorAnswer(
  status: number,
  headers: ReadonlyMap<string, string>,
  body: string,
): Error {
  const error = new Error(`GetMedia was answered with status ${status}`);
  error.name =
    bareName(headers.get('x-amzn-errortype')) ?? bareName(codeOf(body)) ?? `Status${status}`;
  return error;
}

function bareName(value: string | undefined): string | undefined {
  const name = value?.split(',')[0]?.split(':')[0]?.split('#').at(-1)?.trim();
  // Names of shapes are identifiers; anything else is not fit to be logged.
  return name !== undefined && /^[A-Za-z][\w.-]{0,99}$/.test(name) ? name : undefined;
}

function codeOf(body: string): string | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { code, __type: type } = answer as Record<string, unknown>;
  const found = code ?? type;
  return typeof found === 'string' ? found : undefined;
}
