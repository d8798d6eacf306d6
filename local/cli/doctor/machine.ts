import { readConfig } from '../../../functions/worker/config';
import { CallscribeError } from '../../../shared/errors';
import { failed, ok, skipped, warning, type Result } from './finding';
import type { Environment, Patient } from './patient';

/** Variables without which there is no system to look at. */
const SYSTEM_VARIABLES = ['CALLS_QUEUE_URL', 'CALLS_TABLE', 'CALL_LOG_TABLE', 'EVENT_BUS_NAME'];
/** The AWS SDK's releases from January 2027 on need this (PROTOCOLS F). */
const NEXT_NODE_MAJOR = 22;
const WORN_NODE = /^(\d|1\d|20\.([0-9]|1[0-8]))(\.|$)/;
/** Quotas of a new account (PROTOCOLS C4). */
const DEFAULT_STREAMS = 25;

export function checkNode(version = process.versions.node): Result {
  if (WORN_NODE.test(version)) return failed(version, 'install Node 20.19 or newer');
  const major = Number(version.split('.')[0]);
  return ok(
    major >= NEXT_NODE_MAJOR
      ? version
      : `${version}; releases of the AWS SDK from January 2027 on need ${NEXT_NODE_MAJOR}`,
  );
}

export function hasSystem(env: Environment): boolean {
  return SYSTEM_VARIABLES.some((name) => (env[name] ?? '') !== '');
}

/** The worker's own reading of the environment. */
export function checkConfiguration({ env }: Patient): Result {
  if (!hasSystem(env)) {
    return skipped(
      'no system is named in the environment',
      `start \`callscribe local\` in this folder, or set ${SYSTEM_VARIABLES.join(', ')} to the outputs of the stack`,
    );
  }
  try {
    readConfig(env);
    return ok('a worker would start with this environment');
  } catch (reason) {
    const { message } = CallscribeError.from(reason);
    return {
      ...failed(message, 'docs/configuration.md lists every variable'),
      failure: 'own-configuration',
    };
  }
}

/** Service Quotas has no client here: what is configured is held against what new accounts have. */
export function checkQuotas({ env, isLocal }: Patient): Result {
  if (isLocal) return skipped('the stand-ins have the limits of `callscribe local --limit`');
  const where =
    'Service Quotas, Amazon Transcribe, "Number of concurrent HTTP/2 streams for streaming transcription"';
  try {
    const { maxCalls, sessionStartsPerSecond } = readConfig(env);
    if (maxCalls <= DEFAULT_STREAMS && sessionStartsPerSecond <= DEFAULT_STREAMS) {
      return ok(`${maxCalls} calls a worker stay below the default of ${DEFAULT_STREAMS} streams`);
    }
    return warning(
      `${maxCalls} calls a worker and ${sessionStartsPerSecond} session starts a second; a new account has ${DEFAULT_STREAMS} streams and ${DEFAULT_STREAMS} starts`,
      `look at ${where}: it should be above the calls of all workers together`,
    );
  } catch {
    return skipped('no configuration to hold against them', `the quota is in ${where}`);
  }
}
