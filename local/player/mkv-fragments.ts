import type { MkvHandler } from '../../functions/worker/mkv/handler';
import type { MkvTag, MkvTrack } from '../../functions/worker/mkv/header-elements';
import { CallscribeError } from '../../shared/errors';
import type { SourceBlock, SourceFragment } from './call-source';

const TAG_PREFIX = 'AWS_KINESISVIDEO_';
const NANOSECONDS_PER_MS = 1_000_000;
/** KVS refuses larger fragments (PROTOCOLS A2, 4001), so no cluster needs to be held that is. */
const MAX_CLUSTER_BYTES = 50_000_000;
const BYTES_PER_SAMPLE: Readonly<Record<string, number>> = { 'A_MS/ACM': 1 };

/** One EBML document: with GetMedia a fragment, else the whole file. */
interface Document {
  readonly byteOffset: number;
  scaleNs: number;
  tracks: readonly MkvTrack[];
  /** Producer time of its first cluster; undefined outside GetMedia bodies. */
  producerMs?: number;
  firstClusterTicks?: number;
  isComplete: boolean;
}

/**
 * Makes fragments of a demultiplexed recording, one per cluster, with block times in milliseconds
 * of the producer (with GetMedia epoch, else as in the file). Throws `bad-audio` at damage, at
 * fragments that are cut short and at times that go back: a live stream could not be like that.
 * Holds one cluster, at most 50 MB.
 */
export class MkvFragments implements MkvHandler {
  /** Tracks by number, as the first document that has some declares them. */
  readonly tracks = new Map<number, MkvTrack>();
  #document: Document | undefined;
  /** Then each document is a fragment, and one without its trailing tags is cut short. */
  #isFromGetMedia = false;
  #cluster: { timestampMs: number; blocks: SourceBlock[]; bytes: number } | undefined;
  #finished: SourceFragment[] = [];
  #latestMs = -Infinity;

  constructor(private readonly path: string) {}

  /** The fragments that were finished since the last call. */
  take(): SourceFragment[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  /** No more bytes will come. */
  end(): void {
    this.#finishDocument();
  }

  onDocument(byteOffset: number): void {
    this.#finishDocument();
    this.#document = {
      byteOffset,
      scaleNs: NANOSECONDS_PER_MS,
      tracks: [],
      isComplete: false,
    };
  }

  onTimestampScale(nanoseconds: number): void {
    if (this.#document !== undefined) this.#document.scaleNs = nanoseconds;
  }

  onTracks(tracks: readonly MkvTrack[]): void {
    if (this.#document !== undefined) this.#document.tracks = tracks;
    if (this.tracks.size > 0) return;
    for (const track of tracks) this.tracks.set(track.number, track);
  }

  onTags(tags: readonly MkvTag[]): void {
    const document = this.#document;
    if (document === undefined) return;
    for (const { name, value } of tags) {
      if (name === `${TAG_PREFIX}FRAGMENT_NUMBER`) this.#isFromGetMedia = true;
      if (name === `${TAG_PREFIX}PRODUCER_TIMESTAMP`) {
        document.producerMs = Math.round(Number(value) * 1000);
      }
      if (name === `${TAG_PREFIX}CONTINUATION_TOKEN`) document.isComplete = true;
      if (name === `${TAG_PREFIX}ERROR_CODE`) document.isComplete = true;
    }
  }

  onCluster(timestamp: number): void {
    const document = this.#document;
    if (document === undefined) return;
    this.#finishCluster();
    document.firstClusterTicks ??= timestamp;
    const timestampMs =
      document.producerMs === undefined
        ? toMs(timestamp, document)
        : document.producerMs + toMs(timestamp - document.firstClusterTicks, document);
    if (timestampMs < this.#latestMs) {
      throw this.#error(
        document,
        `goes back in time by ${Math.round(this.#latestMs - timestampMs)} ms, which no live ` +
          'stream can; cut the recording there',
      );
    }
    this.#cluster = { timestampMs, blocks: [], bytes: 0 };
  }

  onBlock(
    trackNumber: number,
    relativeTimestamp: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const [document, cluster] = [this.#document, this.#cluster];
    if (document === undefined || cluster === undefined) return;
    const number = this.#numberOf(document, trackNumber);
    const track = this.tracks.get(number);
    if (track === undefined) {
      throw this.#error(
        document,
        `uses track ${trackNumber}, which the recording does not declare`,
      );
    }
    cluster.bytes += end - start;
    if (cluster.bytes > MAX_CLUSTER_BYTES) {
      throw this.#error(document, 'has a cluster of more than 50 MB, which Kinesis Video refuses');
    }
    const timestampMs = cluster.timestampMs + toMs(relativeTimestamp, document);
    const endMs = timestampMs + audioMs(track, end - start);
    this.#latestMs = Math.max(this.#latestMs, timestampMs);
    const payload = bytes.subarray(start, end);
    cluster.blocks.push({ trackNumber: number, timestampMs, endMs, payload });
  }

  onMalformed(message: string, byteOffset: number): void {
    throw new CallscribeError(
      'bad-audio',
      `${this.path} is damaged at byte ${byteOffset} (${message}); fetch the recording again`,
    );
  }

  #finishDocument(): void {
    const document = this.#document;
    this.#finishCluster();
    this.#document = undefined;
    if (document !== undefined && this.#isFromGetMedia && !document.isComplete) {
      throw this.#error(document, 'is cut short; fetch the recording again, or cut it off there');
    }
  }

  #finishCluster(): void {
    const cluster = this.#cluster;
    this.#cluster = undefined;
    if (cluster === undefined || cluster.blocks.length === 0) return;
    const { timestampMs, blocks } = cluster;
    this.#finished.push({ timestampMs, blocks });
  }

  /** Numbers may differ between fragments (PROTOCOLS A3): names decide where there are any. */
  #numberOf(document: Document, trackNumber: number): number {
    const name = document.tracks.find((track) => track.number === trackNumber)?.name ?? '';
    if (name === '' || this.tracks.get(trackNumber)?.name === name) return trackNumber;
    const same = [...this.tracks.values()].find((track) => track.name === name);
    return same?.number ?? trackNumber;
  }

  #error(document: Document, what: string): CallscribeError {
    return new CallscribeError(
      'bad-audio',
      `${this.path}: the fragment at byte ${document.byteOffset} ${what}`,
    );
  }
}

function toMs(ticks: number, document: Document): number {
  return Math.round((ticks * document.scaleNs) / NANOSECONDS_PER_MS);
}

/** How long a block of telephony audio lasts; of anything else it does not matter. */
function audioMs(track: MkvTrack, bytes: number): number {
  if (track.codecId.startsWith('V_')) return 0;
  const width = BYTES_PER_SAMPLE[track.codecId] ?? 2;
  return (bytes * 1000) / (track.sampleRateHz * track.channels * width);
}
