import type { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming';

import type { Clock, Ticker } from '../../../../shared/clock';
import type { OpenSession } from '../session';
import { LeanService } from './lean-service';
import { LeanSession } from './lean-session';
import { sessionRequest } from './session-request';

export interface LeanSessionsOptions {
  /** Whose endpoint, region and credentials are used; it sends nothing itself. */
  readonly client: TranscribeStreamingClient;
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** A certificate (PEM) to trust instead of Node's store and NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
}

/** Opens sessions without the SDK in the way of the audio; call it once for all of a process. */
export function leanSessions({ client, clock, ticker, ca }: LeanSessionsOptions): OpenSession {
  const service = new LeanService(client, ca);
  return (settings) => new LeanSession(sessionRequest(settings), { service, clock, ticker });
}
