import { getEndpointFromInstructions } from '@smithy/core/endpoints';

import { RequestSigner, isSameIdentity, type SigningCredentials } from './request-signer';

/** What is used of a configured SDK client. */
export interface SdkClient {
  readonly config: {
    credentials(): Promise<SigningCredentials>;
    region(): Promise<string>;
  };
}

/** A command's class, for what its endpoint depends on. */
export type CommandClass = NonNullable<Parameters<typeof getEndpointFromInstructions>[1]>;

export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  /** As in `:authority` or `host`. */
  readonly host: string;
  /** Before the operations' paths; empty or without a trailing slash. */
  readonly basePath: string;
  readonly signingRegion: string;
}

/**
 * Where a service is and who we are there, as its configured SDK client has it: every variable,
 * profile and provider that the SDK knows counts, and its cache refreshes the credentials.
 */
export class ServiceAccess {
  #endpoint: Promise<Endpoint> | undefined;
  #signer: RequestSigner | undefined;

  constructor(
    private readonly client: SdkClient,
    private readonly command: CommandClass,
    private readonly signingName: string,
  ) {}

  /** Rejects as the SDK does; asked again then. */
  endpoint(): Promise<Endpoint> {
    this.#endpoint ??= this.#resolve().catch((reason: unknown) => {
      this.#endpoint = undefined;
      throw reason;
    });
    return this.#endpoint;
  }

  /** A signer with today's credentials; the same one for as long as they stay the same. */
  async signer(): Promise<RequestSigner> {
    const { signingRegion } = await this.endpoint();
    const credentials = await this.client.config.credentials();
    const known = this.#signer;
    if (known !== undefined && isSameIdentity(known.credentials, credentials)) return known;
    return (this.#signer = new RequestSigner(credentials, signingRegion, this.signingName));
  }

  async #resolve(): Promise<Endpoint> {
    const { config } = this.client;
    const { url, properties } = await getEndpointFromInstructions({}, this.command, { ...config });
    const [scheme] = (properties?.authSchemes ?? []) as readonly { signingRegion?: string }[];
    return {
      origin: url.origin,
      host: url.host,
      basePath: url.pathname.replace(/\/+$/, ''),
      signingRegion: scheme?.signingRegion ?? (await config.region()),
    };
  }
}
