import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { FragmentContent } from './stored-fragment';
import { StoredFragment } from './stored-fragment';

const MEDIA_FILE = 'media.bin';
const INDEX_FILE = 'fragments.jsonl';
const STREAM_FILE = 'stream.json';

const streamSchema = z.object({
  name: z.string(),
  createdMs: z.number(),
  retentionHours: z.number(),
  version: z.number(),
  mediaType: z.string().optional(),
});
export type ArchivedStream = z.infer<typeof streamSchema>;

const fragmentSchema = z.object({
  number: z.string(),
  serverTimestampMs: z.number(),
  producerTimestampMs: z.number(),
  clusterSizeKnown: z.boolean(),
  blocks: z.number(),
  lastBlockMs: z.number(),
  completedAtMs: z.number(),
  offset: z.number(),
  /** Bytes of header, tags before, cluster start, cluster, tags after; they follow each other. */
  lengths: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]),
});
type ArchivedFragment = z.infer<typeof fragmentSchema>;

/**
 * One stream on disk: media appended to one file, then a JSON line per fragment to another. A line
 * is written after its media, and a line that cannot be read ends the index, so a crash costs at
 * most the fragment it hit. Writes are synchronous: a fragment is acknowledged as persisted only
 * when it is in the file. The files shrink when the stream is deleted, or loaded with nothing left.
 */
export class StreamArchive {
  readonly #places = new Map<string, ArchivedFragment>();
  #media: number | undefined;
  #mediaBytes = 0;

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  saveStream(stream: ArchivedStream): void {
    writeFileSync(join(this.directory, STREAM_FILE), JSON.stringify(stream));
  }

  append(fragment: StoredFragment): void {
    const { start } = fragment;
    const { pieces, tagsAfter } = fragment.content();
    const before = start.tagsBefore ?? new Uint8Array();
    const media = this.#openMedia();
    const lengths = [[start.header], [before], [start.clusterStart], pieces, tagsAfter].map(
      (parts) => parts.reduce((written, part) => written + writeWhole(media, part), 0),
    );
    const place = fragmentSchema.parse({
      number: start.number,
      serverTimestampMs: start.serverTimestampMs,
      producerTimestampMs: start.producerTimestampMs,
      clusterSizeKnown: start.clusterSizeKnown,
      blocks: fragment.blocks,
      lastBlockMs: fragment.lastBlockMs,
      completedAtMs: fragment.completedAtMs,
      offset: this.#mediaBytes,
      lengths,
    });
    this.#mediaBytes += lengths.reduce((sum, length) => sum + length, 0);
    appendFileSync(join(this.directory, INDEX_FILE), `${JSON.stringify(place)}\n`);
    this.#places.set(start.number, place);
  }

  /** Every fragment found, oldest first, its media left on disk. */
  load(): StoredFragment[] {
    const media = this.#openMedia();
    const places = this.#readIndex();
    this.#writeIndex(places);
    return places.map((place, ordinal) => this.#restore(media, place, ordinal));
  }

  /** Forgets all fragments and gives their space back. */
  clear(): void {
    this.#places.clear();
    this.#writeIndex([]);
    ftruncateSync(this.#openMedia());
    this.#mediaBytes = 0;
  }

  loader(fragmentNumber: string): () => FragmentContent {
    return () => {
      const place = this.#places.get(fragmentNumber);
      if (place === undefined) return { pieces: [], tagsAfter: [] };
      const [header, before, clusterStart, cluster, after] = place.lengths;
      const offset = place.offset + header + before + clusterStart;
      const media = this.#openMedia();
      return {
        pieces: [readAt(media, offset, cluster)],
        tagsAfter: after === 0 ? [] : [readAt(media, offset + cluster, after)],
      };
    };
  }

  close(): void {
    if (this.#media !== undefined) closeSync(this.#media);
    this.#media = undefined;
  }

  delete(): void {
    this.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #openMedia(): number {
    if (this.#media === undefined) {
      this.#media = openSync(join(this.directory, MEDIA_FILE), 'a+');
      this.#mediaBytes = fstatSync(this.#media).size;
    }
    return this.#media;
  }

  #readIndex(): ArchivedFragment[] {
    const path = join(this.directory, INDEX_FILE);
    if (!existsSync(path)) return [];
    const places: ArchivedFragment[] = [];
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const place = parseLine(line);
      if (place === undefined || endOf(place) > this.#mediaBytes) break;
      places.push(place);
    }
    return places;
  }

  /** Without what a crash left of a last line, which would hide all lines after it. */
  #writeIndex(places: readonly ArchivedFragment[]): void {
    const lines = places.map((place) => `${JSON.stringify(place)}\n`);
    writeFileSync(join(this.directory, INDEX_FILE), lines.join(''));
  }

  #restore(media: number, place: ArchivedFragment, ordinal: number): StoredFragment {
    this.#places.set(place.number, place);
    const [headerBytes, beforeBytes, startBytes, clusterBytes] = place.lengths;
    const head = readAt(media, place.offset, headerBytes + beforeBytes + startBytes);
    const fragment = new StoredFragment({
      ordinal,
      number: place.number,
      serverTimestampMs: place.serverTimestampMs,
      producerTimestampMs: place.producerTimestampMs,
      header: head.subarray(0, headerBytes),
      tagsBefore: head.subarray(headerBytes, headerBytes + beforeBytes),
      clusterStart: head.subarray(headerBytes + beforeBytes),
      clusterSizeKnown: place.clusterSizeKnown,
    });
    fragment.blocks = place.blocks;
    fragment.lastBlockMs = place.lastBlockMs;
    fragment.completedAtMs = place.completedAtMs;
    fragment.clusterBytes = clusterBytes;
    fragment.state = 'complete';
    fragment.unload(this.loader(place.number));
    return fragment;
  }
}

/** A stream's directory; the name is hashed, since it may hold what no file name should. */
export function streamDirectory(dataDir: string, name: string, createdMs: number): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return join(dataDir, `${hash}-${createdMs}`);
}

/** The streams under a data directory, with their archives. */
export function findArchives(
  dataDir: string,
): { stream: ArchivedStream; archive: StreamArchive }[] {
  mkdirSync(dataDir, { recursive: true });
  return readdirSync(dataDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(dataDir, entry.name, STREAM_FILE)))
    .map((entry) => {
      const directory = join(dataDir, entry.name);
      const text = readFileSync(join(directory, STREAM_FILE), 'utf8');
      return {
        stream: streamSchema.parse(JSON.parse(text)),
        archive: new StreamArchive(directory),
      };
    });
}

function parseLine(line: string): ArchivedFragment | undefined {
  try {
    return fragmentSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function endOf(place: ArchivedFragment): number {
  return place.lengths.reduce((end, length) => end + length, place.offset);
}

function writeWhole(file: number, bytes: Uint8Array): number {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
  return bytes.length;
}

function readAt(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const count = readSync(file, bytes, read, length - read, offset + read);
    if (count === 0) throw new Error('the media file is shorter than its index says');
    read += count;
  }
  return bytes;
}
