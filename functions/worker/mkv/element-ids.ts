/**
 * The EBML and Matroska element ids that KVS streams hold and that we read or write
 * (RFC 8794, RFC 9559). The length marker is part of the id, as the RFCs print it.
 */
export const ElementId = {
  EBML: 0x1a45dfa3,
  EBMLVersion: 0x4286,
  EBMLReadVersion: 0x42f7,
  EBMLMaxIDLength: 0x42f2,
  EBMLMaxSizeLength: 0x42f3,
  DocType: 0x4282,
  DocTypeVersion: 0x4287,
  DocTypeReadVersion: 0x4285,

  Segment: 0x18538067,
  SeekHead: 0x114d9b74,
  Cues: 0x1c53bb6b,
  Chapters: 0x1043a770,
  Attachments: 0x1941a469,

  Info: 0x1549a966,
  TimestampScale: 0x2ad7b1,
  MuxingApp: 0x4d80,
  WritingApp: 0x5741,

  Tracks: 0x1654ae6b,
  TrackEntry: 0xae,
  TrackNumber: 0xd7,
  TrackUID: 0x73c5,
  TrackType: 0x83,
  Name: 0x536e,
  CodecID: 0x86,
  CodecPrivate: 0x63a2,
  Audio: 0xe1,
  SamplingFrequency: 0xb5,
  Channels: 0x9f,
  BitDepth: 0x6264,

  Tags: 0x1254c367,
  Tag: 0x7373,
  SimpleTag: 0x67c8,
  TagName: 0x45a3,
  TagString: 0x4487,

  Cluster: 0x1f43b675,
  Timestamp: 0xe7,
  SimpleBlock: 0xa3,
  Position: 0xa7,
  PrevSize: 0xab,
  BlockGroup: 0xa0,
  Block: 0xa1,

  Void: 0xec,
  CRC32: 0xbf,
} as const;

/** Level 0 and 1 of RFC 9559: these end a cluster of unknown size. */
export function isTopLevel(id: number): boolean {
  switch (id) {
    case ElementId.EBML:
    case ElementId.Segment:
    case ElementId.SeekHead:
    case ElementId.Info:
    case ElementId.Tracks:
    case ElementId.Cluster:
    case ElementId.Cues:
    case ElementId.Chapters:
    case ElementId.Attachments:
    case ElementId.Tags:
      return true;
    default:
      return false;
  }
}
