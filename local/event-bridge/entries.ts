import { randomUUID } from 'node:crypto';

import { isObject } from './pattern-filters';

/** Limits of PutEvents (PROTOCOLS E). */
export const PUT_EVENTS_LIMITS = {
  entries: 10,
  /** All entries of a request together. */
  totalBytes: 1_048_576,
  detailTypeLength: 128,
} as const;

/** Size of an entry's `Time` when it is given (EventBridge user guide, entry size). */
const TIME_BYTES = 14;

/** An event as EventBridge hands it to targets. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO UTC, whole seconds, as EventBridge writes it. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EntryError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export interface AcceptedEntry {
  readonly bus: string;
  readonly event: EventEnvelope;
}

export interface EnvelopeOrigin {
  readonly account: string;
  readonly region: string;
  readonly nowMs: number;
}

/** Size that counts against the request's limit. */
export function entryBytes(entry: Readonly<Record<string, unknown>>): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...resourcesOf(entry)];
  const bytes = texts.map((text) => (typeof text === 'string' ? Buffer.byteLength(text) : 0));
  return bytes.reduce((sum, each) => sum + each, entry.Time === undefined ? 0 : TIME_BYTES);
}

/** Checks one entry of PutEvents; an error concerns this entry only, the request succeeds. */
export function readEntry(
  entry: Readonly<Record<string, unknown>>,
  origin: EnvelopeOrigin,
): AcceptedEntry | EntryError {
  const { Source: source, DetailType: detailType, Detail: detail } = entry;
  if (typeof source !== 'string' || source === '') return missing('Source');
  if (typeof detailType !== 'string' || detailType === '') return missing('DetailType');
  if (detailType.length > PUT_EVENTS_LIMITS.detailTypeLength) {
    return invalid('DetailType', `it is longer than ${PUT_EVENTS_LIMITS.detailTypeLength}`);
  }
  if (typeof detail !== 'string' || detail === '') return missing('Detail');
  if (source.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  }
  const parsed = parseObject(detail);
  if (parsed === undefined) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  const event: EventEnvelope = {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: origin.account,
    time: timeOf(entry.Time, origin.nowMs),
    region: origin.region,
    resources: resourcesOf(entry),
    detail: parsed,
  };
  return { bus: busName(entry.EventBusName), event };
}

/** A bus may be named by its ARN; without a name it is the default bus. */
export function busName(value: unknown): string {
  if (typeof value !== 'string' || value === '') return 'default';
  return value.slice(value.lastIndexOf('/') + 1);
}

function resourcesOf(entry: Readonly<Record<string, unknown>>): string[] {
  const { Resources: resources } = entry;
  if (!Array.isArray(resources)) return [];
  return resources.filter((each): each is string => typeof each === 'string');
}

/** The protocol sends times as epoch seconds. */
function timeOf(value: unknown, nowMs: number): string {
  const ms = typeof value === 'number' ? value * 1000 : nowMs;
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function missing(name: string): EntryError {
  return invalid(name, `${name} is a required argument.`);
}

function invalid(name: string, reason: string): EntryError {
  return {
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}`,
  };
}
