import {
  TranscribeStreamingClient,
  type TranscribeStreamingClientConfig,
} from '@aws-sdk/client-transcribe-streaming';

import type { Clock, Ticker } from '../../shared/clock';
import { explain } from '../../shared/errors/explain';
import { CredentialsWatch } from '../worker/credentials-watch';
import { leanSessions } from '../worker/transcribe/lean/open-lean-session';
import type { OpenSession } from '../worker/transcribe/session';

export interface ServiceConfig {
  /** AWS_REGION or the profile's region when absent. */
  readonly region?: string;
  /** AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING, AWS_ENDPOINT_URL or the region's when absent. */
  readonly endpoint?: string;
  /** The SDK's standard chain when absent: environment, profile, container, instance. */
  readonly credentials?: TranscribeStreamingClientConfig['credentials'];
}

/** Where sessions are opened. */
export interface Service {
  readonly openSession: OpenSession;
  credentialsDeadlineMs(): number | null;
  close(): void;
}

/** Amazon Transcribe, or what the environment puts in its place. Throws `bad-configuration`. */
export async function connectService(
  config: ServiceConfig,
  clock: Clock,
  ticker: Ticker,
): Promise<Service> {
  const { region, endpoint, credentials } = config;
  const client = new TranscribeStreamingClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    // The skew "correction" shifts the dates of signed frames by a slow first event (C6).
    disableClockSkewCorrection: true,
  });
  try {
    await client.config.region();
  } catch (cause) {
    client.destroy();
    throw explain(cause, 'transcribe');
  }
  const watch = new CredentialsWatch(() => client.config.credentials(), clock);
  return {
    openSession: leanSessions({ client, clock, ticker }),
    credentialsDeadlineMs: () => watch.deadlineMs,
    close: () => client.destroy(),
  };
}
