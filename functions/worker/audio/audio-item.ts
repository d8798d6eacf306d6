import type { EndReason, GapReason } from '../../../shared/events';
import type { Channel } from '../../../shared/call';
import type { ResumePoint } from '../../../shared/record';
import type { AudioChunk } from './chunk-grid';

/** What the timeline delivers, in an order in which it can be written down. */
export type AudioItem =
  | { readonly type: 'origin'; readonly startTimeMs: number; readonly sampleRateHz: number }
  /** A leg delivers its first sample. */
  | { readonly type: 'leg'; readonly channel: Channel; readonly sample: number }
  /** From here a leg can be read again. */
  | { readonly type: 'resume-point'; readonly channel: Channel; readonly resume: ResumePoint }
  /** What follows of a channel, from here on, is silence for want of its audio; undefined: no more. */
  | {
      readonly type: 'unheard';
      readonly channel: Channel;
      readonly fromSample: number | undefined;
    }
  | { readonly type: 'chunk'; readonly chunk: AudioChunk }
  | {
      readonly type: 'gap';
      readonly channel: Channel;
      readonly fromSample: number;
      readonly toSample: number;
      readonly reason: GapReason;
    }
  /** No audio for a while: the session may end, the next chunk opens another. */
  | { readonly type: 'pause' }
  | { readonly type: 'notice'; readonly channel: Channel; readonly message: string }
  | {
      readonly type: 'end';
      readonly reason: EndReason;
      readonly sample: number;
      /** Samples received per channel, whole call. */
      readonly received: Readonly<Partial<Record<Channel, number>>>;
    };

/** A part of one channel, by positions on the timeline. */
export interface Stretch {
  readonly fromSample: number;
  readonly toSample: number;
}
