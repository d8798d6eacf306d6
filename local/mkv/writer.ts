import { ElementId } from '../../functions/worker/mkv/element-ids';
import {
  concatBytes,
  encodeElement,
  encodeFloatElement,
  encodeId,
  encodeMaster,
  encodeSize,
  encodeTextElement,
  encodeUnknownSize,
  encodeUnsignedElement,
} from './ebml-encoding';

/** TimestampScale is in nanoseconds: all our timestamps are milliseconds. */
const NANOSECONDS_PER_MS = 1_000_000;
/** Matroska's TrackType for audio. */
const AUDIO_TRACK_TYPE = 2;
/** Bit 7 of a SimpleBlock's flags; every audio frame is a key frame. */
const KEYFRAME_FLAG = 0x80;
const WRITER_NAME = 'callscribe';

export interface TrackSpec {
  /** 1 or more; what SimpleBlocks refer to. */
  readonly number: number;
  readonly name?: string;
  readonly codecId: string;
  readonly sampleRateHz: number;
  /** 1 when absent. */
  readonly channels?: number;
  readonly bitDepth?: number;
  readonly codecPrivate?: Uint8Array;
  /** Matroska TrackType; audio (2) when absent. Only audio tracks get an Audio element. */
  readonly trackType?: number;
}

export interface HeaderOptions {
  /** Octets (1 to 8) of the Segment's unknown-size vint; 8 when absent. */
  readonly segmentSizeLength?: number;
  /** Whole elements put between Info and Tracks, such as Void or producer Tags. */
  readonly beforeTracks?: readonly Uint8Array[];
}

export interface TagSpec {
  readonly name: string;
  readonly value: string;
}

export interface BlockSpec {
  readonly trackNumber: number;
  /** Milliseconds after the cluster's own timestamp, within int16. */
  readonly timestampMs: number;
  readonly payload: Uint8Array;
}

export interface ClusterSpec {
  /** Milliseconds, 0 or more. */
  readonly timestampMs: number;
  readonly blocks: readonly BlockSpec[];
  readonly size: 'known' | 'unknown';
  /** Octets (1 to 8) of the cluster's size vint; fewest (known) or 8 (unknown) when absent. */
  readonly sizeLength?: number;
}

/**
 * What opens every KVS fragment (PROTOCOLS A2): EBML header, Segment of unknown size, Info with
 * a TimestampScale of 1 ms, Tracks.
 */
export function encodeHeader(
  tracks: readonly TrackSpec[],
  options: HeaderOptions = {},
): Uint8Array {
  return concatBytes([
    encodeEbmlHeader(),
    encodeId(ElementId.Segment),
    encodeUnknownSize(options.segmentSizeLength),
    encodeMaster(ElementId.Info, [
      encodeUnsignedElement(ElementId.TimestampScale, NANOSECONDS_PER_MS),
      encodeTextElement(ElementId.MuxingApp, WRITER_NAME),
      encodeTextElement(ElementId.WritingApp, WRITER_NAME),
    ]),
    ...(options.beforeTracks ?? []),
    encodeMaster(ElementId.Tracks, tracks.map(encodeTrackEntry)),
  ]);
}

/** One Tags element with one Tag that holds all the SimpleTags, as KVS writes them. */
export function encodeTags(tags: readonly TagSpec[]): Uint8Array {
  const simpleTags = tags.map(({ name, value }) =>
    encodeMaster(ElementId.SimpleTag, [
      encodeTextElement(ElementId.TagName, name),
      encodeTextElement(ElementId.TagString, value),
    ]),
  );
  return encodeMaster(ElementId.Tags, [encodeMaster(ElementId.Tag, simpleTags)]);
}

/** A whole Cluster: its Timestamp, then its SimpleBlocks. */
export function encodeCluster(cluster: ClusterSpec): Uint8Array {
  const blocks = cluster.blocks.map(encodeSimpleBlock);
  if (cluster.size === 'unknown') {
    return concatBytes([encodeClusterStart(cluster.timestampMs, cluster.sizeLength), ...blocks]);
  }
  const body = concatBytes([encodeTimestamp(cluster.timestampMs), ...blocks]);
  return encodeElement(ElementId.Cluster, body, cluster.sizeLength);
}

/** The start of a Cluster of unknown size; SimpleBlocks may follow as they come. */
export function encodeClusterStart(timestampMs: number, sizeLength?: number): Uint8Array {
  return concatBytes([
    encodeId(ElementId.Cluster),
    encodeUnknownSize(sizeLength),
    encodeTimestamp(timestampMs),
  ]);
}

/** One SimpleBlock without lacing, key-frame flag set. Throws RangeError outside int16. */
export function encodeSimpleBlock(block: BlockSpec): Uint8Array {
  const { trackNumber, timestampMs, payload } = block;
  if (!Number.isInteger(timestampMs) || timestampMs < -0x8000 || timestampMs > 0x7fff) {
    throw new RangeError(`a block's relative timestamp must fit int16, not ${timestampMs}`);
  }
  const id = encodeId(ElementId.SimpleBlock);
  const track = encodeSize(trackNumber);
  const size = encodeSize(track.length + 3 + payload.length);
  const head = Uint8Array.of((timestampMs >> 8) & 0xff, timestampMs & 0xff, KEYFRAME_FLAG);
  return concatBytes([id, size, track, head, payload]);
}

function encodeEbmlHeader(): Uint8Array {
  return encodeMaster(ElementId.EBML, [
    encodeUnsignedElement(ElementId.EBMLVersion, 1),
    encodeUnsignedElement(ElementId.EBMLReadVersion, 1),
    encodeUnsignedElement(ElementId.EBMLMaxIDLength, 4),
    encodeUnsignedElement(ElementId.EBMLMaxSizeLength, 8),
    encodeTextElement(ElementId.DocType, 'matroska'),
    encodeUnsignedElement(ElementId.DocTypeVersion, 4),
    encodeUnsignedElement(ElementId.DocTypeReadVersion, 2),
  ]);
}

function encodeTrackEntry(track: TrackSpec): Uint8Array {
  const trackType = track.trackType ?? AUDIO_TRACK_TYPE;
  const children = [
    encodeUnsignedElement(ElementId.TrackNumber, track.number),
    encodeUnsignedElement(ElementId.TrackUID, track.number),
    encodeUnsignedElement(ElementId.TrackType, trackType),
  ];
  if (track.name !== undefined) children.push(encodeTextElement(ElementId.Name, track.name));
  children.push(encodeTextElement(ElementId.CodecID, track.codecId));
  if (track.codecPrivate !== undefined) {
    children.push(encodeElement(ElementId.CodecPrivate, track.codecPrivate));
  }
  if (trackType === AUDIO_TRACK_TYPE) children.push(encodeAudio(track));
  return encodeMaster(ElementId.TrackEntry, children);
}

function encodeAudio(track: TrackSpec): Uint8Array {
  const children = [
    encodeFloatElement(ElementId.SamplingFrequency, track.sampleRateHz),
    encodeUnsignedElement(ElementId.Channels, track.channels ?? 1),
  ];
  if (track.bitDepth !== undefined) {
    children.push(encodeUnsignedElement(ElementId.BitDepth, track.bitDepth));
  }
  return encodeMaster(ElementId.Audio, children);
}

function encodeTimestamp(timestampMs: number): Uint8Array {
  return encodeUnsignedElement(ElementId.Timestamp, timestampMs);
}
