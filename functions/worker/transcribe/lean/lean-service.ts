import {
  StartStreamTranscriptionCommand,
  type TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';

import { FrameSigner, type SigningCredentials } from './frame-signer';
import { FrameTemplates } from './frame-writer';

/** What the service is called in signatures. */
const SIGNING_NAME = 'transcribe';

export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  /** As in `:authority`. */
  readonly host: string;
  /** Before the operations' paths; empty or without a trailing slash. */
  readonly basePath: string;
  readonly signingRegion: string;
}

/**
 * What all lean sessions of a worker share: where the service is, who we are, and what is costly
 * to make. Endpoint and credentials are those of the configured SDK client, so every variable,
 * profile and provider that the SDK knows counts here too; its cache refreshes credentials.
 */
export class LeanService {
  readonly templates = new FrameTemplates();
  #endpoint: Promise<Endpoint> | undefined;
  #signer: FrameSigner | undefined;
  #secureContext: SecureContext | undefined;
  /** The last TLS session, for the next connection to resume: a handshake without certificates. */
  #tlsSession: Buffer | undefined;

  /** `ca`: a certificate to trust instead of Node's store and NODE_EXTRA_CA_CERTS. */
  constructor(
    private readonly client: TranscribeStreamingClient,
    private readonly ca?: string,
  ) {}

  /** Rejects as the SDK does; asked again then. */
  endpoint(): Promise<Endpoint> {
    this.#endpoint ??= resolveEndpoint(this.client).catch((reason: unknown) => {
      this.#endpoint = undefined;
      throw reason;
    });
    return this.#endpoint;
  }

  /** A signer with today's credentials; the same one for as long as they stay the same. */
  async signer(region: string): Promise<FrameSigner> {
    const credentials = await this.client.config.credentials();
    const known = this.#signer;
    if (known !== undefined && isSame(known.credentials, credentials)) return known;
    return (this.#signer = new FrameSigner(credentials, region, SIGNING_NAME));
  }

  /** A connection of its own for one session (PROTOCOLS F); the caller listens to its errors. */
  connect(origin: string): ClientHttp2Session {
    if (!origin.startsWith('https:')) return connect(origin, { settings: { enablePush: false } });
    this.#secureContext ??= createSecureContext({ ca: this.ca });
    const session = connect(origin, {
      settings: { enablePush: false },
      secureContext: this.#secureContext,
      session: this.#tlsSession,
    });
    (session.socket as TLSSocket).once('session', (ticket: Buffer) => (this.#tlsSession = ticket));
    return session;
  }
}

async function resolveEndpoint(client: TranscribeStreamingClient): Promise<Endpoint> {
  // Both operations have the same endpoint.
  const { url, properties } = await getEndpointFromInstructions(
    {},
    StartStreamTranscriptionCommand,
    { ...client.config },
  );
  const [scheme] = (properties?.authSchemes ?? []) as readonly { signingRegion?: string }[];
  return {
    origin: url.origin,
    host: url.host,
    basePath: url.pathname.replace(/\/+$/, ''),
    signingRegion: scheme?.signingRegion ?? (await client.config.region()),
  };
}

function isSame(left: SigningCredentials, right: SigningCredentials): boolean {
  return (
    left.accessKeyId === right.accessKeyId &&
    left.secretAccessKey === right.secretAccessKey &&
    left.sessionToken === right.sessionToken
  );
}
