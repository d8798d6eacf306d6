import { MkvDemuxer } from '../../functions/worker/mkv/demuxer';
import type { MkvHandler } from '../../functions/worker/mkv/handler';
import type { MkvTag, MkvTrack } from '../../functions/worker/mkv/header-elements';

export type MkvCall =
  | { readonly type: 'document'; readonly byteOffset: number }
  | { readonly type: 'scale'; readonly nanoseconds: number }
  | { readonly type: 'tracks'; readonly tracks: readonly MkvTrack[] }
  | { readonly type: 'tags'; readonly tags: readonly MkvTag[] }
  | { readonly type: 'cluster'; readonly timestamp: number }
  | { readonly type: 'block'; readonly track: number; readonly at: number; readonly hex: string }
  | { readonly type: 'malformed'; readonly message: string; readonly byteOffset: number };

/** Writes down every call of a demuxer, payloads as hexadecimal text. */
export class MkvRecorder implements MkvHandler {
  readonly calls: MkvCall[] = [];

  onDocument(byteOffset: number): void {
    this.calls.push({ type: 'document', byteOffset });
  }
  onTimestampScale(nanoseconds: number): void {
    this.calls.push({ type: 'scale', nanoseconds });
  }
  onTracks(tracks: readonly MkvTrack[]): void {
    this.calls.push({ type: 'tracks', tracks });
  }
  onTags(tags: readonly MkvTag[]): void {
    this.calls.push({ type: 'tags', tags });
  }
  onCluster(timestamp: number): void {
    this.calls.push({ type: 'cluster', timestamp });
  }
  onBlock(track: number, at: number, bytes: Uint8Array, start: number, end: number): void {
    const hex = Buffer.from(bytes.subarray(start, end)).toString('hex');
    this.calls.push({ type: 'block', track, at, hex });
  }
  onMalformed(message: string, byteOffset: number): void {
    this.calls.push({ type: 'malformed', message, byteOffset });
  }
}

/** Everything that demuxing these reads calls. */
export function recordDemux(reads: readonly Uint8Array[]): MkvCall[] {
  const recorder = new MkvRecorder();
  const demuxer = new MkvDemuxer(recorder);
  for (const read of reads) demuxer.push(read);
  demuxer.end();
  return recorder.calls;
}

/** The calls of one type, typed. */
export function callsOf<T extends MkvCall['type']>(
  calls: readonly MkvCall[],
  type: T,
): Extract<MkvCall, { type: T }>[] {
  return calls.filter((call): call is Extract<MkvCall, { type: T }> => call.type === type);
}
