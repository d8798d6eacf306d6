import { compareFragmentNumbers } from '../../functions/worker/fragments/fragment';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../stand-in';
import { CallRate } from './call-rate';
import { FragmentNumbers } from './fragment-number';
import type { KinesisVideoLimits, StreamBehaviour } from './options';
import type { StreamArchive } from './stream-archive';
import type { FragmentStart } from './stored-fragment';
import { StoredFragment } from './stored-fragment';

const HOUR_MS = 3_600_000;

/** Something that follows a stream: called after every change, must not throw. */
export interface StreamFollower {
  wake(): void;
}

/** Media bytes held by all streams of one stand-in. */
export interface MemoryUse {
  bytes: number;
}

export interface StreamSettings {
  readonly name: string;
  readonly createdMs: number;
  readonly retentionHours: number;
  readonly mediaType?: string;
  readonly behaviour: StreamBehaviour;
}

export interface StreamServices {
  readonly limits: KinesisVideoLimits;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly memory: MemoryUse;
  readonly archive?: StreamArchive;
}

/**
 * One stream and its fragments, in the order in which they began. Bounds: retention, and the
 * memory limit, at which the stream's oldest whole fragments go (to disk when there is an archive).
 */
export class MediaStream {
  readonly arn: string;
  readonly dataEndpointCalls: CallRate;
  readonly getMediaCalls: CallRate;
  readonly putMediaCalls: CallRate;
  getMediaConnections = 0;
  putMediaConnections = 0;
  retentionHours: number;
  version = 1;
  behaviour: StreamBehaviour;
  deleted = false;
  #fragments: StoredFragment[] = [];
  /** Ordinal of `#fragments[0]`; ordinals have no holes. */
  #firstOrdinal = 0;
  #storedBytes = 0;
  /** Fragments below this ordinal are on disk only. */
  #unloadedBelow = 0;
  readonly #followers = new Set<StreamFollower>();
  readonly #numbers: FragmentNumbers;

  constructor(
    readonly settings: StreamSettings,
    private readonly services: StreamServices,
  ) {
    const { name, createdMs } = settings;
    this.arn = `arn:aws:kinesisvideo:${LOCAL_REGION}:${LOCAL_ACCOUNT}:stream/${name}/${createdMs}`;
    this.retentionHours = settings.retentionHours;
    this.behaviour = settings.behaviour;
    const { limits } = services;
    this.dataEndpointCalls = new CallRate(limits.getDataEndpointCallsPerSecond);
    this.getMediaCalls = new CallRate(limits.getMediaCallsPerSecond);
    this.putMediaCalls = new CallRate(limits.putMediaCallsPerSecond);
    this.#fragments = services.archive?.load() ?? [];
    for (const fragment of this.#fragments) this.#storedBytes += fragment.clusterBytes;
    this.#unloadedBelow = this.#fragments.length;
    this.#numbers = new FragmentNumbers(services.random, this.newest?.number);
    this.expire();
    if (this.#fragments.length === 0) services.archive?.clear();
  }

  get name(): string {
    return this.settings.name;
  }

  get fragments(): readonly StoredFragment[] {
    return this.#fragments;
  }

  get newest(): StoredFragment | undefined {
    return this.#fragments.at(-1);
  }

  /** The ordinal that the next fragment will have. */
  get nextOrdinal(): number {
    return this.#firstOrdinal + this.#fragments.length;
  }

  nextNumber(): string {
    return this.#numbers.next(this.services.nowMs());
  }

  /** Begins a fragment; `lost`: it gets a number and is forgotten at once. */
  open(start: Omit<FragmentStart, 'ordinal' | 'number'>, lost = false): StoredFragment {
    const number = this.nextNumber();
    const fragment = new StoredFragment({ ...start, number, ordinal: this.nextOrdinal });
    fragment.lost = lost;
    if (!lost) this.#fragments.push(fragment);
    return fragment;
  }

  append(fragment: StoredFragment, bytes: Uint8Array): void {
    fragment.append(bytes);
    if (fragment.lost) return;
    this.#storedBytes += bytes.length;
    this.services.memory.bytes += bytes.length;
    this.#wakeFollowers();
  }

  finishCluster(fragment: StoredFragment): void {
    fragment.state = 'cluster-done';
    this.#wakeFollowers();
  }

  complete(fragment: StoredFragment): void {
    fragment.state = 'complete';
    fragment.completedAtMs = this.services.nowMs();
    if (fragment.lost) return;
    if (this.retentionHours > 0) this.services.archive?.append(fragment);
    this.#wakeFollowers();
    this.expire();
  }

  /** Takes back a fragment that broke a rule; what live readers have of it stays incomplete. */
  drop(fragment: StoredFragment): void {
    fragment.state = 'dropped';
    if (fragment.lost) return;
    this.#release(fragment);
    fragment.unload(() => ({ pieces: [], tagsAfter: [] }));
    fragment.clusterBytes = 0;
    this.#wakeFollowers();
  }

  /** The first fragment at or after the ordinal that a reader may be sent; skips what expired. */
  from(ordinal: number): StoredFragment | undefined {
    let index = Math.max(0, ordinal - this.#firstOrdinal);
    while (this.#fragments[index]?.state === 'dropped') index += 1;
    return this.#fragments[index];
  }

  find(fragmentNumber: string): StoredFragment | undefined {
    let low = 0;
    let high = this.#fragments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const fragment = this.#fragments[middle];
      if (fragment === undefined) return undefined;
      const order = compareFragmentNumbers(fragment.number, fragmentNumber);
      if (order === 0) return fragment.state === 'dropped' ? undefined : fragment;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  follow(follower: StreamFollower): void {
    this.#followers.add(follower);
  }

  unfollow(follower: StreamFollower): void {
    this.#followers.delete(follower);
  }

  /** Lets go what retention and memory no longer hold. */
  expire(): void {
    const { limits, nowMs, memory } = this.services;
    const hostBuffer = this.retentionHours === 0;
    const keepMs = hostBuffer ? limits.hostBufferMs : this.retentionHours * HOUR_MS;
    const oldestMs = nowMs() - keepMs;
    for (;;) {
      const first = this.#fragments[0];
      if (first === undefined || first.state === 'open' || first.state === 'cluster-done') break;
      const tooOld = first.start.serverTimestampMs < oldestMs;
      const tooMuch = hostBuffer && this.#storedBytes > limits.hostBufferBytes;
      const noMemory = memory.bytes > limits.memoryBytes && !this.#onDisk;
      if (!tooOld && !tooMuch && !noMemory) break;
      this.#fragments.shift();
      this.#firstOrdinal += 1;
      if (first.state === 'complete') this.#release(first);
    }
    if (this.#onDisk) this.#unload();
  }

  delete(): void {
    this.deleted = true;
    for (const fragment of this.#fragments) this.#release(fragment);
    this.#fragments = [];
    this.services.archive?.delete();
    this.#wakeFollowers();
  }

  get #onDisk(): boolean {
    return this.services.archive !== undefined && this.retentionHours > 0;
  }

  #unload(): void {
    const { archive, memory, limits } = this.services;
    this.#unloadedBelow = Math.max(this.#unloadedBelow, this.#firstOrdinal);
    while (archive !== undefined && memory.bytes > limits.memoryBytes) {
      const fragment = this.#fragments[this.#unloadedBelow - this.#firstOrdinal];
      if (fragment === undefined || fragment === this.newest) return;
      this.#unloadedBelow += 1;
      if (fragment.state !== 'complete') continue;
      memory.bytes -= fragment.memoryBytes;
      fragment.unload(archive.loader(fragment.number));
    }
  }

  #release(fragment: StoredFragment): void {
    this.#storedBytes -= fragment.clusterBytes;
    this.services.memory.bytes -= fragment.memoryBytes;
  }

  #wakeFollowers(): void {
    for (const follower of this.#followers) follower.wake();
  }
}
