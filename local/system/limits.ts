import { CallscribeError } from '../../shared/errors';
import { DEFAULT_LIMITS as KINESIS_VIDEO_LIMITS } from '../kinesis-video/options';
import { DEFAULT_LIMITS as TRANSCRIBE_LIMITS } from '../transcribe/limits';

/** Limits of the stand-ins by service; those not named are the services' own. */
export interface SystemLimits {
  readonly transcribe: Readonly<Record<string, number>>;
  readonly kinesisVideo: Readonly<Record<string, number>>;
}

const KNOWN: { readonly [Service in keyof SystemLimits]: Readonly<Record<string, number>> } = {
  transcribe: { ...TRANSCRIBE_LIMITS },
  kinesisVideo: KINESIS_VIDEO_LIMITS,
};

/** The quota of an account that had it raised: one machine can try many calls at once. */
export const LOCAL_LIMITS: SystemLimits = {
  transcribe: { concurrentStreams: 500, startsPerSecond: 100 },
  kinesisVideo: {},
};

/**
 * Reads limits written `SERVICE.NAME=VALUE`, for example `transcribe.maxSessionMs=20000`, on top
 * of the given ones. Throws `bad-configuration`, which lists the names, for any other.
 */
export function parseLimits(
  settings: readonly string[],
  base: SystemLimits = LOCAL_LIMITS,
): SystemLimits {
  const limits = { transcribe: { ...base.transcribe }, kinesisVideo: { ...base.kinesisVideo } };
  for (const setting of settings) {
    const match = /^(\w+)\.(\w+)=(\d+(?:\.\d+)?|Infinity)$/.exec(setting);
    const [, service = '', name = '', value = ''] = match ?? [];
    if (!isService(service) || KNOWN[service][name] === undefined) {
      throw new CallscribeError('bad-configuration', `no limit "${setting}"; there are ${names()}`);
    }
    limits[service][name] = Number(value);
  }
  return limits;
}

function isService(name: string): name is keyof SystemLimits {
  return name in KNOWN;
}

function names(): string {
  const all = Object.entries(KNOWN).flatMap(([service, limits]) =>
    Object.entries(limits).map(([name, value]) => `${service}.${name}=${value}`),
  );
  return all.join(' ');
}
