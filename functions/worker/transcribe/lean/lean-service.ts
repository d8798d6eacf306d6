import {
  StartStreamTranscriptionCommand,
  type TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';

import { ServiceAccess, type Endpoint } from '../../aws/endpoint';
import { FrameSigner } from './frame-signer';
import { FrameStock } from './frame-writer';

/** What the service is called in signatures. */
const SIGNING_NAME = 'transcribe';
const CONNECTION = { settings: { enablePush: false } };

/** What all lean sessions of a worker share: access to the service, and what is costly to make. */
export class LeanService {
  readonly stock = new FrameStock();
  readonly #access: ServiceAccess;
  #signer: FrameSigner | undefined;
  #secureContext: SecureContext | undefined;
  /** The last TLS session, for the next connection to resume: a handshake without certificates. */
  #tlsSession: Buffer | undefined;

  /** `ca`: a certificate to trust instead of Node's store and NODE_EXTRA_CA_CERTS. */
  constructor(
    client: TranscribeStreamingClient,
    private readonly ca?: string,
  ) {
    // Both operations have the same endpoint.
    this.#access = new ServiceAccess(client, StartStreamTranscriptionCommand, SIGNING_NAME);
  }

  endpoint(): Promise<Endpoint> {
    return this.#access.endpoint();
  }

  /** The same one for as long as the credentials stay the same. */
  async signer(): Promise<FrameSigner> {
    const requests = await this.#access.signer();
    if (this.#signer?.requests !== requests) this.#signer = new FrameSigner(requests);
    return this.#signer;
  }

  /** A connection of its own for one session (PROTOCOLS F); the caller listens to its errors. */
  connect(origin: string): ClientHttp2Session {
    if (!origin.startsWith('https:')) return connect(origin, CONNECTION);
    this.#secureContext ??= createSecureContext({ ca: this.ca });
    const session = connect(origin, {
      ...CONNECTION,
      secureContext: this.#secureContext,
      session: this.#tlsSession,
    });
    (session.socket as TLSSocket).once('session', (ticket: Buffer) => (this.#tlsSession = ticket));
    // What the peer did not take may be why it left.
    session.once('error', () => (this.#tlsSession = undefined));
    return session;
  }
}
