import { ERROR_CODES, type ErrorCode } from '../errors';
import { CODE_MEANINGS } from './code-meanings';
import { AWS_SERVICES, SERVICES, type Failure } from './failure';
import { FAILURES } from './table';

const INTRODUCTION = `# Errors

Every failure that callscribe can tell apart: what happened, its likely cause, and what to do. The same sentences stand in the error itself; \`error.code\` is the heading, \`error.failure\` the name below it, \`error.retryable\` whether the worker tries again by itself, and \`error.cause\` what the service or library threw. A service's own text is never quoted: it may hold what was sent.

\`npx callscribe doctor\` looks for most of these before they happen. This page is made from the table in \`shared/errors\` by \`node shared/errors/generate-page.mjs\`.
`;

/** For {placeholders} that differ from service to service. */
const IN_GENERAL: Readonly<Record<string, string>> = {
  service: 'the service',
  host: "the service's host",
  endpointVariable: 'AWS_ENDPOINT_URL_…',
  actions: 'the action that the message names',
};

/** The text of docs/errors.md, one heading for each code. */
export function errorsPage(): string {
  return `${[INTRODUCTION, ...ERROR_CODES.map(codeSection)].join('\n')}`;
}

function codeSection(code: ErrorCode): string {
  const failures = FAILURES.filter((failure) => failure.code === code);
  return [`## ${code}\n`, `${CODE_MEANINGS[code]}\n`, ...failures.map(failureSection)].join('\n');
}

function failureSection(failure: Failure): string {
  const { id, what, cause, cure, retryable } = failure;
  const fill = (text: string) => fillFor(failure, text);
  return [
    `### ${id}\n`,
    `${sentence(fill(what))} ${origin(failure)}\n`,
    ...seenLine(failure),
    `- **Likely cause:** ${fill(cause)}.`,
    `- **What to do:** ${fill(cure)}.`,
    `- **Tried again by itself:** ${retryable ? 'yes' : 'no'}.\n`,
  ].join('\n');
}

function seenLine({ seenAs = [] }: Failure): string[] {
  if (seenAs.length === 0) return [];
  return [`- **Seen as:** ${seenAs.map((example) => `\`${example}\``).join(', ')}`];
}

function origin({ services, errorId }: Failure): string {
  const isEverywhere = AWS_SERVICES.every((service) => services.includes(service));
  if (isEverywhere) return '(Any service.)';
  const titles = services.map((service) => SERVICES[service].title).join(', ');
  return errorId === undefined ? `(${titles}.)` : `(${titles}, inside a GetMedia body.)`;
}

/** A failure of one service has that service's facts. */
function fillFor({ services }: Failure, text: string): string {
  const [only, another] = services;
  const facts: Readonly<Record<string, string>> =
    only === undefined || another !== undefined
      ? IN_GENERAL
      : {
          ...SERVICES[only],
          service: SERVICES[only].title,
          actions: SERVICES[only].actions.join(', '),
        };
  return text.replace(/\{(\w+)\}/g, (all, name: string) => facts[name] ?? all);
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
