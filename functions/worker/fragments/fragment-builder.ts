import type { MkvHandler } from '../mkv/handler';
import type { MkvTag, MkvTrack } from '../mkv/header-elements';
import type { AudioTrack, FragmentEvent, FragmentMetadata } from './fragment';
import { readFailure, readMetadata, readTrailer, TagName } from './tags';

const NANOSECONDS_PER_MS = 1_000_000;
/** KVS allows a producer 10 tags per fragment and AWS adds 5; more in a document is damage. */
const MAX_TAGS = 1000;
const NO_TRACKS: ReadonlyMap<number, AudioTrack> = new Map();

/** `waiting`: before the document's first cluster; `done`: its last event has been given. */
type Phase = 'waiting' | 'started' | 'done';

/**
 * Turns the demuxer's calls into fragment events, one document at a time. Memory: the events not
 * yet taken, and one document's tags (`MAX_TAGS`) and tracks.
 */
export class FragmentBuilder implements MkvHandler {
  private events: FragmentEvent[] = [];
  private phase: Phase = 'done';
  private documentOffset = 0;
  private tags = new Map<string, string>();
  private tracks = NO_TRACKS;
  /** The last Tracks and their map: mostly those of the next document too. */
  private lastTracks: readonly MkvTrack[] = [];
  private lastTracksMap = NO_TRACKS;
  private metadata: FragmentMetadata | undefined;
  private msPerTick = 1;
  private firstClusterTimestamp: number | undefined;
  private clusterTimestampMs = 0;
  private hasAudio = false;

  /** The events since the last call. */
  takeEvents(): FragmentEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  /** Ends an open fragment as incomplete: its document has come to an end. */
  endDocument(): void {
    if (this.phase !== 'done' && this.metadata !== undefined) {
      this.events.push({ type: 'incomplete', metadata: this.metadata });
    }
    this.phase = 'done';
  }

  onDocument(byteOffset: number): void {
    this.endDocument();
    this.phase = 'waiting';
    this.documentOffset = byteOffset;
    this.tags = new Map();
    this.tracks = NO_TRACKS;
    this.metadata = undefined;
    this.msPerTick = 1;
    this.firstClusterTimestamp = undefined;
    this.hasAudio = false;
  }

  onTimestampScale(nanoseconds: number): void {
    this.msPerTick = nanoseconds / NANOSECONDS_PER_MS;
  }

  onTracks(tracks: readonly MkvTrack[]): void {
    if (tracks !== this.lastTracks) {
      this.lastTracks = tracks;
      this.lastTracksMap = new Map(tracks.map((track) => [track.number, track]));
    }
    this.tracks = this.lastTracksMap;
  }

  onTags(tags: readonly MkvTag[]): void {
    if (this.phase === 'done') return;
    for (const { name, value } of tags) this.tags.set(name, value);
    if (this.tags.size > MAX_TAGS) return this.fail('a document has too many tags');
    if (this.reportFailure() || !this.updateMetadata()) return;
    this.complete();
  }

  /**
   * The producer timestamp is that of the first cluster (so the captures have it: clusters 2 s
   * apart, one per document, with producer timestamps 2 s apart); a later cluster of the same
   * document counts from there.
   */
  onCluster(timestamp: number): void {
    if (this.phase === 'done') return;
    if (!this.start()) return this.fail('audio comes before the tags that name its fragment');
    this.firstClusterTimestamp ??= timestamp;
    const ticks = timestamp - this.firstClusterTimestamp;
    this.clusterTimestampMs = (this.metadata?.producerTimestampMs ?? 0) + ticks * this.msPerTick;
  }

  onBlock(
    trackNumber: number,
    relativeTimestamp: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (this.phase !== 'started') return;
    this.hasAudio = true;
    this.events.push({
      type: 'block',
      trackNumber,
      timestampMs: this.clusterTimestampMs + relativeTimestamp * this.msPerTick,
      payload: new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start),
    });
  }

  onMalformed(message: string, byteOffset: number): void {
    const metadata = this.phase === 'done' ? undefined : this.metadata;
    this.events.push({ type: 'malformed', message, byteOffset, metadata });
    this.phase = 'done';
  }

  private reportFailure(): boolean {
    const failure = readFailure(this.tags);
    if (failure === undefined) return false;
    const fragmentNumber = this.tags.get(TagName.fragmentNumber);
    this.events.push({ type: 'failed', ...failure, fragmentNumber });
    this.phase = 'done';
    return true;
  }

  /** Returns false when the tags turned out to be damaged, which it has then reported. */
  private updateMetadata(): boolean {
    const metadata = readMetadata(this.tags);
    if (metadata === 'invalid') {
      this.fail('a fragment number or timestamp tag is not a number');
      return false;
    }
    const known = this.metadata?.fragmentNumber;
    if (known !== undefined && known !== metadata?.fragmentNumber) {
      this.fail('one document names two fragments');
      return false;
    }
    this.metadata ??= metadata;
    return true;
  }

  private start(): boolean {
    if (this.phase === 'started') return true;
    const { metadata, tracks } = this;
    if (metadata === undefined) return false;
    this.phase = 'started';
    this.events.push({ type: 'start', metadata, tracks, tags: new Map(this.tags) });
    return true;
  }

  private complete(): void {
    const trailer = readTrailer(this.tags);
    if (trailer === undefined) return;
    if (trailer === 'invalid') return this.fail('a trailing tag is not a number');
    const { metadata, tags } = this;
    if (metadata === undefined) return this.fail('a fragment ends before the tags that name it');
    // KVS takes no fragment without a frame (PROTOCOLS A2, 4011), so a damaged cluster was skipped.
    if (!this.hasAudio) return this.fail('a fragment holds no audio');
    // Nothing is added to these tags any more.
    this.events.push({ type: 'complete', metadata, ...trailer, tags });
    this.phase = 'done';
  }

  /** Damage in what the document says, as opposed to how it is built. */
  private fail(message: string): void {
    this.onMalformed(message, this.documentOffset);
  }
}
