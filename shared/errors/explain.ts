import { CallscribeError, type ErrorCode, type ErrorContext } from '../errors';
import { SERVICES, type Failure, type Service } from './failure';
import { UNKNOWN_FAILURE } from './network-failures';
import { OWN_FAILURES } from './own-failures';
import { FAILURES } from './table';
import { UNKNOWN_TRANSCRIBE } from './transcribe-failures';

/** How far an error's causes are followed. */
const MAX_CAUSES = 4;
/** Anything else is not shown: names too come from outside. */
const PLAIN_NAME = /^[\w.#-]{1,80}$/;
/** Names that say less than the code beside them. */
const VAGUE_NAME = /^(Error|AggregateError|TypeError|SystemError)$/;
/** Node's names for a request that fell with its connection, whose own error is the cause. */
const WRAPPER_NAME = /^ERR_HTTP2_STREAM_CANCEL$/;
/** What the SDK makes of errors of another realm, such as Node's own inside a VM context. */
const WRAPPED_CODE = /^AWS SDK error wrapper for .*?\b(E[A-Z]{3,}|ERR_[A-Z_]+)\b/;
/** The services name the action that is missing; nothing else of their text is used. */
const DENIED_ACTION = /(?:to perform|perform action):? ([a-z0-9-]{2,40}:[A-Za-z]{2,60})\b/;

export interface ExplainOptions {
  readonly context?: ErrorContext;
  /** Overrules the table, for callers that repeat whatever happens. */
  readonly retryable?: boolean;
}

/**
 * Anything that was thrown while talking to `service`, as what happened, its likely cause and
 * what to do. The original is the `cause`; its text is never quoted, since it may hold what was
 * sent. A CallscribeError passes unchanged. `failure` of the result is the id in the table.
 */
export function explain(
  reason: unknown,
  service: Service,
  options: ExplainOptions = {},
): CallscribeError {
  if (reason instanceof CallscribeError) return reason;
  const links = linksOf(reason);
  const failure = findFailure(links, service);
  return new CallscribeError(failure.code, messageOf(failure, service, links), {
    cause: reason,
    retryable: options.retryable ?? failure.retryable,
    context: options.context ?? {},
    failure: failure.id,
  });
}

/** What happened, its likely cause and what to do, apart from one another. */
export interface Explanation {
  readonly code: ErrorCode;
  /** Id in the table; of an error of ours the entry that stands for its code, if any. */
  readonly failure?: string;
  readonly what: string;
  readonly cause?: string;
  readonly cure?: string;
}

/** The parts of what `explain` says, for output that sets them apart. */
export function explanationOf(reason: unknown, service: Service): Explanation {
  if (reason instanceof CallscribeError && reason.failure === undefined) {
    const entry = failureOf(reason);
    const { code, message } = reason;
    return { code, failure: entry?.id, what: message, cause: entry?.cause, cure: entry?.cure };
  }
  const links = linksOf(reason instanceof CallscribeError ? reason.cause : reason);
  const failure = findFailure(links, service);
  const { what, cause, cure } = sentencesOf(failure, service, actionIn(links));
  return {
    code: failure.code,
    failure: failure.id,
    what: `${what} (${nameIn(links)})`,
    cause,
    cure,
  };
}

/** An error that GetMedia reports inside its body, by its ERROR_ID (PROTOCOLS A2). */
export function explainInBand(errorId: number, context: ErrorContext = {}): CallscribeError {
  const cause = Object.assign(new Error(`ERROR_ID ${errorId}`), { name: 'InBandError', errorId });
  return explain(cause, 'kinesis-video', { context });
}

/** The entry of the table that an error of ours was made from, or that stands for its code. */
export function failureOf(error: CallscribeError): Failure | undefined {
  return FAILURES.find(({ id }) => id === error.failure) ?? ownFailure(error.code);
}

function ownFailure(code: ErrorCode): Failure | undefined {
  return OWN_FAILURES.find((failure) => failure.code === code);
}

/** The sentences of a failure with its service's own facts in them. */
export function sentencesOf(
  failure: Failure,
  service: Service,
  action?: string,
): Pick<Failure, 'what' | 'cause' | 'cure'> {
  const { title, host, endpointVariable, actions } = SERVICES[service];
  const facts: Readonly<Record<string, string>> = {
    service: title,
    host,
    endpointVariable,
    actions: action ?? list(actions),
  };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);
  return { what: fill(failure.what), cause: fill(failure.cause), cure: fill(failure.cure) };
}

/** What one error of a chain of causes says of itself. */
interface Link {
  readonly names: readonly string[];
  readonly text: string;
  readonly status: number | undefined;
  readonly errorId: number | undefined;
}

function messageOf(failure: Failure, service: Service, links: readonly Link[]): string {
  const { what, cause, cure } = sentencesOf(failure, service, actionIn(links));
  const happened = `${SERVICES[service].title}: ${nameIn(links)} (${what})`;
  return `${happened}. Likely cause: ${cause}. What to do: ${cure}.`;
}

function nameIn(links: readonly Link[]): string {
  const names = links.flatMap((link) => link.names);
  return names.find((name) => PLAIN_NAME.test(name)) ?? 'unknown error';
}

function actionIn(links: readonly Link[]): string | undefined {
  return links.map(({ text }) => DENIED_ACTION.exec(text)?.[1]).find(Boolean);
}

function findFailure(links: readonly Link[], service: Service): Failure {
  for (const link of links) {
    const found = FAILURES.find(
      (failure) => failure.services.includes(service) && matches(failure, link),
    );
    if (found !== undefined) return found;
  }
  return service === 'transcribe' ? UNKNOWN_TRANSCRIBE : UNKNOWN_FAILURE;
}

/** An entry without any pattern matches nothing: it is found by other means. */
function matches({ name, text, sign, statuses, errorId }: Failure, link: Link): boolean {
  const checks = [
    name && link.names.some((each) => name.test(each)),
    text?.test(link.text),
    sign && [...link.names, link.text].some((each) => sign.test(each)),
    statuses && link.status !== undefined && statuses.includes(link.status),
    errorId === undefined ? undefined : errorId === link.errorId,
  ].filter((check) => check !== undefined);
  return checks.length > 0 && checks.every(Boolean);
}

function linksOf(reason: unknown): Link[] {
  const links: Link[] = [];
  let next: unknown = reason;
  while (links.length < MAX_CAUSES && typeof next === 'object' && next !== null) {
    const link = linkOf(next);
    const { cause, errors } = next as { cause?: unknown; errors?: unknown };
    // Node tries several addresses of a host and gathers their errors.
    next = cause ?? (Array.isArray(errors) ? (errors[0] as unknown) : undefined);
    const isWrapper = next !== undefined && link.names.some((name) => WRAPPER_NAME.test(name));
    if (!isWrapper) links.push(link);
  }
  return links;
}

function linkOf(reason: object): Link {
  const { name, code, Code, message, errorId, httpStatus, $metadata } = reason as {
    name?: unknown;
    code?: unknown;
    Code?: unknown;
    message?: unknown;
    errorId?: unknown;
    httpStatus?: unknown;
    $metadata?: { httpStatusCode?: unknown };
  };
  const text = typeof message === 'string' ? message : '';
  const names = [name, code, Code, WRAPPED_CODE.exec(text)?.[1]].filter(
    (each): each is string => typeof each === 'string',
  );
  const status = $metadata?.httpStatusCode ?? httpStatus;
  return {
    names: names.sort((a, b) => Number(VAGUE_NAME.test(a)) - Number(VAGUE_NAME.test(b))),
    text,
    status: typeof status === 'number' ? status : undefined,
    errorId: typeof errorId === 'number' ? errorId : undefined,
  };
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
