import type { FragmentMetadata } from './fragment';

const PREFIX = 'AWS_KINESISVIDEO_';
/** As `fragmentNumberSchema` in shared/call.ts has it. */
const FRAGMENT_NUMBER_PATTERN = /^\d{1,128}$/;
/** Seconds with decimals; 11 digits reach the year 5138 and stay exact in milliseconds. */
const SECONDS_PATTERN = /^(\d{1,11})(?:\.(\d{1,9}))?$/;
const MILLISECONDS_PATTERN = /^\d{1,15}$/;
const INTEGER_PATTERN = /^\d{1,9}$/;
/** The service's error texts are short names; anything longer is cut before it meets a log. */
const MAX_ERROR_TEXT = 128;

/** Names that GetMedia writes, and where GetMediaForFragmentList differs (PROTOCOLS A2). */
export const TagName = {
  fragmentNumber: `${PREFIX}FRAGMENT_NUMBER`,
  serverTimestamp: `${PREFIX}SERVER_TIMESTAMP`,
  producerTimestamp: `${PREFIX}PRODUCER_TIMESTAMP`,
  archivedServerTimestamp: `${PREFIX}SERVER_SIDE_TIMESTAMP`,
  archivedProducerTimestamp: `${PREFIX}PRODUCER_SIDE_TIMESTAMP`,
  millisBehindNow: `${PREFIX}MILLIS_BEHIND_NOW`,
  continuationToken: `${PREFIX}CONTINUATION_TOKEN`,
  errorCode: `${PREFIX}ERROR_CODE`,
  errorId: `${PREFIX}ERROR_ID`,
  archivedErrorCode: `${PREFIX}EXCEPTION_ERROR_CODE`,
  archivedErrorMessage: `${PREFIX}EXCEPTION_MESSAGE`,
} as const;

type Tags = ReadonlyMap<string, string>;

export interface FragmentTrailer {
  readonly millisBehindNow: number;
  readonly continuationToken: string;
}

export interface InBandFailure {
  readonly errorId: number;
  readonly errorCode: string;
}

/** `undefined` while tags are missing, `'invalid'` when one cannot be what it should be. */
export function readMetadata(tags: Tags): FragmentMetadata | 'invalid' | undefined {
  const fragmentNumber = tags.get(TagName.fragmentNumber);
  const server = tags.get(TagName.serverTimestamp) ?? tags.get(TagName.archivedServerTimestamp);
  const producer =
    tags.get(TagName.producerTimestamp) ?? tags.get(TagName.archivedProducerTimestamp);
  if (fragmentNumber === undefined || server === undefined || producer === undefined) {
    return undefined;
  }
  const serverTimestampMs = parseSecondsToMs(server);
  const producerTimestampMs = parseSecondsToMs(producer);
  const valid = FRAGMENT_NUMBER_PATTERN.test(fragmentNumber);
  if (!valid || serverTimestampMs === undefined || producerTimestampMs === undefined) {
    return 'invalid';
  }
  return { fragmentNumber, serverTimestampMs, producerTimestampMs };
}

/** `undefined` until both trailing tags are there: only then is a fragment whole. */
export function readTrailer(tags: Tags): FragmentTrailer | 'invalid' | undefined {
  const behind = tags.get(TagName.millisBehindNow);
  const continuationToken = tags.get(TagName.continuationToken);
  if (behind === undefined || continuationToken === undefined) return undefined;
  if (!MILLISECONDS_PATTERN.test(behind)) return 'invalid';
  return { millisBehindNow: Number(behind), continuationToken };
}

/**
 * The failure that the service reports in band, if any. GetMedia has a number (ERROR_ID) and a
 * name (ERROR_CODE); the archived calls have the number in EXCEPTION_ERROR_CODE and a message.
 */
export function readFailure(tags: Tags): InBandFailure | undefined {
  const id = tags.get(TagName.errorId) ?? tags.get(TagName.archivedErrorCode);
  const code = tags.get(TagName.errorCode) ?? tags.get(TagName.archivedErrorMessage);
  if (id === undefined && code === undefined) return undefined;
  const isNumber = id !== undefined && INTEGER_PATTERN.test(id);
  return {
    errorId: isNumber ? Number(id) : 0,
    errorCode: (code ?? (isNumber ? '' : id) ?? '').slice(0, MAX_ERROR_TEXT),
  };
}

/**
 * Decimal seconds to whole milliseconds, exactly: further decimals are cut, and no floating
 * point is involved. Undefined when `text` is not such a number.
 */
export function parseSecondsToMs(text: string): number | undefined {
  const match = SECONDS_PATTERN.exec(text);
  if (match === null) return undefined;
  const milliseconds = (match[2] ?? '').slice(0, 3).padEnd(3, '0');
  return Number(match[1]) * 1000 + Number(milliseconds);
}
