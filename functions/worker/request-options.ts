import type { CallOptions, CallRequest } from '../../shared/call';
import { mergeOptions } from '../../shared/transcribe-options/merge';
import { requireValidOptions } from '../../shared/transcribe-options/parse';
import type { WorkerConfig } from './config';

/**
 * The request with the deployment's options beneath its own, as it is written into the log: from
 * then on the call has these, whatever becomes of the deployment's. What dispatch has completed
 * comes out as it is.
 */
export function withDeploymentOptions(
  request: CallRequest,
  { options }: Pick<WorkerConfig, 'options'>,
): CallRequest {
  if (Object.keys(options).length === 0) return request;
  return { ...request, options: mergeOptions<CallOptions>(options, request.options) };
}

/** Throws `bad-request` for a request of which no session would come. */
export function requireRequestOptions(
  { options }: CallRequest,
  { language }: Pick<WorkerConfig, 'language'>,
): void {
  requireValidOptions(mergeOptions<CallOptions>({ language }, options));
}
