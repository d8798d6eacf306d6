import { MediaStream } from './media-stream';
import type { MemoryUse } from './media-stream';
import type { KinesisVideoLimits, StreamBehaviour } from './options';
import { ServiceError } from './service-error';
import { findArchives, StreamArchive, streamDirectory } from './stream-archive';

/** CreateStream's bounds. */
const STREAM_NAME_PATTERN = /^[a-zA-Z0-9_.-]{1,256}$/;
const MAX_RETENTION_HOURS = 87_600;

export interface RegistryOptions {
  readonly limits: KinesisVideoLimits;
  readonly behaviour: StreamBehaviour;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly dataDir?: string;
}

export interface CreateStreamOptions {
  readonly retentionHours?: number;
  readonly mediaType?: string;
  readonly behaviour?: Partial<StreamBehaviour>;
}

/** All streams, by name; on disk as well when there is a data directory. */
export class StreamRegistry {
  readonly #streams = new Map<string, MediaStream>();
  readonly #archives = new Map<MediaStream, StreamArchive>();
  readonly memory: MemoryUse = { bytes: 0 };

  constructor(private readonly options: RegistryOptions) {
    if (options.dataDir === undefined) return;
    for (const { stream, archive } of findArchives(options.dataDir)) {
      const { name, createdMs, retentionHours, mediaType } = stream;
      const settings = { name, createdMs, retentionHours, mediaType };
      const found = this.#add({ ...settings, behaviour: options.behaviour }, archive);
      found.version = stream.version;
    }
  }

  create(name: string, options: CreateStreamOptions = {}): MediaStream {
    if (!STREAM_NAME_PATTERN.test(name)) {
      throw new ServiceError('InvalidArgumentException', 'StreamName: 1 to 256 of a-zA-Z0-9_.-');
    }
    if (this.#streams.has(name)) {
      throw new ServiceError('ResourceInUseException', `stream ${name} exists already`);
    }
    const retentionHours = options.retentionHours ?? 0;
    checkRetention(retentionHours);
    const { dataDir, nowMs } = this.options;
    const createdMs = Math.floor(nowMs());
    const archive =
      dataDir === undefined
        ? undefined
        : new StreamArchive(streamDirectory(dataDir, name, createdMs));
    const behaviour = { ...this.options.behaviour, ...options.behaviour };
    const settings = { name, createdMs, retentionHours, mediaType: options.mediaType, behaviour };
    const stream = this.#add(settings, archive);
    this.#save(stream);
    return stream;
  }

  list(): MediaStream[] {
    return [...this.#streams.values()];
  }

  /** By name, or by the whole ARN with the creation time. */
  find(nameOrArn: string): MediaStream | undefined {
    if (!nameOrArn.startsWith('arn:')) return this.#streams.get(nameOrArn);
    const name = nameOrArn.split('/')[1] ?? '';
    const stream = this.#streams.get(name);
    return stream?.arn === nameOrArn ? stream : undefined;
  }

  get(nameOrArn: string): MediaStream {
    const stream = this.find(nameOrArn);
    if (stream === undefined) {
      throw new ServiceError('ResourceNotFoundException', 'the requested stream is not found');
    }
    return stream;
  }

  setRetention(stream: MediaStream, hours: number): void {
    checkRetention(hours);
    stream.retentionHours = hours;
    stream.version += 1;
    stream.expire();
    this.#save(stream);
  }

  delete(stream: MediaStream): void {
    this.#streams.delete(stream.name);
    this.#archives.delete(stream);
    stream.delete();
  }

  /** Lets go what has expired in streams that nobody writes or reads. */
  expire(): void {
    for (const stream of this.#streams.values()) stream.expire();
  }

  close(): void {
    for (const archive of this.#archives.values()) archive.close();
  }

  #add(settings: MediaStream['settings'], archive: StreamArchive | undefined): MediaStream {
    const stream = new MediaStream(settings, { ...this.options, memory: this.memory, archive });
    this.#streams.set(settings.name, stream);
    if (archive !== undefined) this.#archives.set(stream, archive);
    return stream;
  }

  #save(stream: MediaStream): void {
    const { name, createdMs, mediaType } = stream.settings;
    const { retentionHours, version } = stream;
    this.#archives.get(stream)?.saveStream({ name, createdMs, mediaType, retentionHours, version });
  }
}

function checkRetention(hours: number): void {
  if (Number.isInteger(hours) && hours >= 0 && hours <= MAX_RETENTION_HOURS) return;
  throw new ServiceError('InvalidArgumentException', 'DataRetentionInHours: 0 to 87600');
}
