import { z } from 'zod';
import type { MediaStream } from './media-stream';
import { ServiceError } from './service-error';
import type { StreamRegistry } from './stream-registry';
import { StreamFaults } from './faults';
import type { FaultBoard } from '../faults/fault-board';

const DEFAULT_LIST_SIZE = 10_000;

/** A stream by name or by ARN, as every call but CreateStream and ListStreams takes it. */
export const streamReferenceSchema = z.object({
  StreamName: z.string().nullish(),
  StreamARN: z.string().nullish(),
});

const createSchema = z.object({
  StreamName: z.string(),
  MediaType: z.string().nullish(),
  DataRetentionInHours: z.number().nullish(),
});

const listSchema = z.object({
  MaxResults: z.number().int().min(1).max(10_000).nullish(),
  NextToken: z.string().nullish(),
  StreamNameCondition: z.object({ ComparisonValue: z.string().nullish() }).nullish(),
});

const endpointSchema = streamReferenceSchema.extend({
  APIName: z.enum([
    'PUT_MEDIA',
    'GET_MEDIA',
    'LIST_FRAGMENTS',
    'GET_MEDIA_FOR_FRAGMENT_LIST',
    'GET_HLS_STREAMING_SESSION_URL',
    'GET_DASH_STREAMING_SESSION_URL',
    'GET_CLIP',
    'GET_IMAGES',
  ]),
});

const retentionSchema = streamReferenceSchema.extend({
  CurrentVersion: z.string(),
  Operation: z.enum(['INCREASE_DATA_RETENTION', 'DECREASE_DATA_RETENTION']),
  DataRetentionChangeInHours: z.number().int().min(1),
});

export interface ControlServices {
  readonly registry: StreamRegistry;
  /** Where this stand-in listens: the data endpoint of every stream. */
  readonly url: () => string;
  readonly board?: FaultBoard;
  readonly nowMs: () => number;
  readonly random: () => number;
}

type ControlOperation = (services: ControlServices, body: unknown) => object;

/** The control calls by path, each from its JSON body to its JSON answer. */
export const CONTROL_OPERATIONS: ReadonlyMap<string, ControlOperation> = new Map<
  string,
  ControlOperation
>([
  ['/createStream', createStream],
  ['/describeStream', describeStream],
  ['/listStreams', listStreams],
  ['/deleteStream', deleteStream],
  ['/getDataEndpoint', getDataEndpoint],
  ['/updateDataRetention', updateDataRetention],
]);

/** The body as the schema has it, or InvalidArgumentException that names the member. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const members = parsed.error.issues.map((issue) => issue.path.join('.') || 'the body');
  throw new ServiceError('InvalidArgumentException', `invalid: ${members.join(', ')}`);
}

export function findStream(
  registry: StreamRegistry,
  reference: z.infer<typeof streamReferenceSchema>,
): MediaStream {
  const named = reference.StreamARN ?? reference.StreamName;
  if (named === undefined || named === null) {
    throw new ServiceError('InvalidArgumentException', 'StreamName or StreamARN is needed');
  }
  return registry.get(named);
}

function createStream({ registry }: ControlServices, body: unknown): object {
  const input = parseInput(createSchema, body);
  const stream = registry.create(input.StreamName, {
    retentionHours: input.DataRetentionInHours ?? 0,
    mediaType: input.MediaType ?? undefined,
  });
  return { StreamARN: stream.arn };
}

function describeStream({ registry }: ControlServices, body: unknown): object {
  const stream = findStream(registry, parseInput(streamReferenceSchema, body));
  return { StreamInfo: streamInfo(stream) };
}

function listStreams({ registry }: ControlServices, body: unknown): object {
  const input = parseInput(listSchema, body);
  const prefix = input.StreamNameCondition?.ComparisonValue ?? '';
  const after = input.NextToken ?? '';
  const found = registry
    .list()
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = found.slice(0, input.MaxResults ?? DEFAULT_LIST_SIZE);
  const more = page.length < found.length;
  return { StreamInfoList: page.map(streamInfo), NextToken: more ? page.at(-1)?.name : undefined };
}

function deleteStream({ registry }: ControlServices, body: unknown): object {
  const schema = streamReferenceSchema.extend({ CurrentVersion: z.string().nullish() });
  const input = parseInput(schema, body);
  const stream = findStream(registry, input);
  checkVersion(stream, input.CurrentVersion ?? undefined);
  registry.delete(stream);
  return {};
}

function getDataEndpoint(services: ControlServices, body: unknown): object {
  const stream = findStream(services.registry, parseInput(endpointSchema, body));
  new StreamFaults(services.board, stream.name, services.random).refuse('getdataendpoint');
  if (!stream.dataEndpointCalls.take(services.nowMs())) {
    throw new ServiceError('ClientLimitExceededException', 'too many GetDataEndpoint calls');
  }
  return { DataEndpoint: services.url() };
}

function updateDataRetention({ registry }: ControlServices, body: unknown): object {
  const input = parseInput(retentionSchema, body);
  const stream = findStream(registry, input);
  checkVersion(stream, input.CurrentVersion);
  const sign = input.Operation === 'INCREASE_DATA_RETENTION' ? 1 : -1;
  registry.setRetention(stream, stream.retentionHours + sign * input.DataRetentionChangeInHours);
  return {};
}

function checkVersion(stream: MediaStream, version: string | undefined): void {
  if (version === undefined || version === String(stream.version)) return;
  throw new ServiceError('VersionMismatchException', 'the stream has another version');
}

function streamInfo(stream: MediaStream): object {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    MediaType: stream.settings.mediaType,
    Version: String(stream.version),
    Status: 'ACTIVE',
    CreationTime: stream.settings.createdMs / 1000,
    DataRetentionInHours: stream.retentionHours,
  };
}
