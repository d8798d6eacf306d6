import { copyOf, ElementCursor, readFloat, readText, readUnsigned } from './ebml-reader';
import { ElementId } from './element-ids';
import type { KnownTexts } from './known-texts';

/** Matroska's default: timestamps in milliseconds. */
export const DEFAULT_TIMESTAMP_SCALE_NS = 1_000_000;
/** Matroska's defaults for an Audio element's missing children. */
const DEFAULT_SAMPLE_RATE_HZ = 8000;
const DEFAULT_CHANNELS = 1;

/** A TrackEntry of any type; for one without an Audio element the Matroska defaults stand. */
export interface MkvTrack {
  readonly number: number;
  /** Empty when the track has none. */
  readonly name: string;
  readonly codecId: string;
  readonly codecPrivate?: Uint8Array;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitDepth?: number;
}

/** One SimpleTag with a TagString. */
export interface MkvTag {
  readonly name: string;
  readonly value: string;
}

/**
 * Readers of the bodies of Info, Tracks and Tags, which lie whole in [start, end) of `bytes`.
 * Each returns undefined when the body is malformed.
 */
export function readTimestampScaleNs(
  bytes: Uint8Array,
  start: number,
  end: number,
): number | undefined {
  let scaleNs = DEFAULT_TIMESTAMP_SCALE_NS;
  const cursor = new ElementCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.id === ElementId.TimestampScale) {
      scaleNs = readUnsigned(bytes, cursor.start, cursor.end);
    }
  }
  return cursor.malformed || !(scaleNs > 0) ? undefined : scaleNs;
}

export function readTracks(
  bytes: Uint8Array,
  start: number,
  end: number,
): readonly MkvTrack[] | undefined {
  const tracks: MkvTrack[] = [];
  const cursor = new ElementCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.id !== ElementId.TrackEntry) continue;
    const track = readTrackEntry(bytes, cursor.start, cursor.end);
    if (track === undefined) return undefined;
    tracks.push(track);
  }
  return cursor.malformed ? undefined : tracks;
}

/** All SimpleTags of all Tags, in order; binary and nested ones are left out. */
export function readTags(
  bytes: Uint8Array,
  start: number,
  end: number,
  names: KnownTexts,
): readonly MkvTag[] | undefined {
  const tags: MkvTag[] = [];
  const cursor = new ElementCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.id !== ElementId.Tag) continue;
    const children = new ElementCursor(bytes, cursor.start, cursor.end);
    while (children.next()) {
      if (children.id !== ElementId.SimpleTag) continue;
      if (!readSimpleTag(bytes, children.start, children.end, names, tags)) return undefined;
    }
    if (children.malformed) return undefined;
  }
  return cursor.malformed ? undefined : tags;
}

function readSimpleTag(
  bytes: Uint8Array,
  start: number,
  end: number,
  names: KnownTexts,
  into: MkvTag[],
): boolean {
  let name: string | undefined;
  let value: string | undefined;
  const cursor = new ElementCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.id === ElementId.TagName) name = names.read(bytes, cursor.start, cursor.end);
    if (cursor.id === ElementId.TagString) value = readText(bytes, cursor.start, cursor.end);
  }
  if (name !== undefined && value !== undefined) into.push({ name, value });
  return !cursor.malformed;
}

function readTrackEntry(bytes: Uint8Array, start: number, end: number): MkvTrack | undefined {
  let number = 0;
  let name = '';
  let codecId = '';
  let codecPrivate: Uint8Array | undefined;
  let audio: AudioSettings | undefined = defaultAudio();
  const cursor = new ElementCursor(bytes, start, end);
  while (cursor.next()) {
    const { id, start: from, end: to } = cursor;
    if (id === ElementId.TrackNumber) number = readUnsigned(bytes, from, to);
    else if (id === ElementId.Name) name = readText(bytes, from, to);
    else if (id === ElementId.CodecID) codecId = readText(bytes, from, to);
    // A copy: tracks outlive the bytes they came in.
    else if (id === ElementId.CodecPrivate) codecPrivate = copyOf(bytes, from, to);
    else if (id === ElementId.Audio) audio = readAudio(bytes, from, to);
  }
  if (cursor.malformed || audio === undefined || !(number > 0)) return undefined;
  return { number, name, codecId, codecPrivate, ...audio };
}

interface AudioSettings {
  sampleRateHz: number;
  channels: number;
  bitDepth?: number;
}

function defaultAudio(): AudioSettings {
  return { sampleRateHz: DEFAULT_SAMPLE_RATE_HZ, channels: DEFAULT_CHANNELS };
}

function readAudio(bytes: Uint8Array, start: number, end: number): AudioSettings | undefined {
  const audio = defaultAudio();
  const cursor = new ElementCursor(bytes, start, end);
  while (cursor.next()) {
    const { id, start: from, end: to } = cursor;
    if (id === ElementId.SamplingFrequency) audio.sampleRateHz = readFloat(bytes, from, to);
    else if (id === ElementId.Channels) audio.channels = readUnsigned(bytes, from, to);
    else if (id === ElementId.BitDepth) audio.bitDepth = readUnsigned(bytes, from, to);
  }
  const plausible = Number.isFinite(audio.sampleRateHz) && audio.sampleRateHz > 0;
  return cursor.malformed || !plausible || !(audio.channels > 0) ? undefined : audio;
}
