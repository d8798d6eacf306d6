import { createServer } from 'node:http';

import { LOCAL_CREDENTIALS, listenLocally } from '../../../local/stand-in';
import type { StandIn } from '../../../local/stand-in';

/** Shorter than most calls, so that no worker gets far with one set. */
const LIFE_MS = 25_000;
const ROTATE_EVERY_MS = 8_000;
/** Sets that are valid side by side, as those of a role are. */
const VALID_SETS = 4;

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface CredentialsEndpointOptions {
  /** Told of every key that is valid from now on; all others are not. */
  onRotated(valid: readonly Keys[]): void;
}

/**
 * The credentials endpoint of a container (AWS_CONTAINER_CREDENTIALS_FULL_URI), with keys that
 * expire within half a minute and are replaced before.
 */
export async function startCredentialsEndpoint(
  options: CredentialsEndpointOptions,
): Promise<StandIn> {
  let ordinal = 0;
  let valid: { keys: Keys; expiresAtMs: number }[] = [];
  const rotate = (): void => {
    ordinal += 1;
    const keys = {
      accessKeyId: `AKIACHAOS${String(ordinal).padStart(11, '0')}`,
      secretAccessKey: `${LOCAL_CREDENTIALS.secretAccessKey}-${ordinal}`,
    };
    valid = [{ keys, expiresAtMs: Date.now() + LIFE_MS }, ...valid].slice(0, VALID_SETS);
    options.onRotated(valid.map((each) => each.keys));
  };
  rotate();
  const timer = setInterval(rotate, ROTATE_EVERY_MS).unref();
  const server = createServer((_request, response) => {
    const current = valid[0];
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        AccessKeyId: current?.keys.accessKeyId,
        SecretAccessKey: current?.keys.secretAccessKey,
        // The stand-in expects none; the SDK insists on the member.
        Token: '',
        Expiration: new Date(current?.expiresAtMs ?? 0).toISOString(),
      }),
    );
  });
  const url = await listenLocally(server);
  return {
    url: `${url}/credentials`,
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
