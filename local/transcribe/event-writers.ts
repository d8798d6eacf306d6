import type { CallAnalyst } from './call-analyst';
import type { ParticipantRole } from './call-configuration';
import type { Lexicon } from './lexicon';
import type { Operation } from './operations';
import type { SessionSettings } from './request-headers';
import type { EventWriter } from './results';
import { EMPTY_TRANSCRIPT_EVENT, ResultWriter } from './results';
import { Shaper } from './shaping/shaper';
import { EMPTY_CATEGORY_EVENT, UtteranceWriter } from './utterances';

/** What the results of all sessions are made with. */
export interface WritingTools {
  readonly lexicon: Required<Lexicon>;
  readonly analyst: CallAnalyst;
  readonly randomId: () => string;
}

/** One writer per channel. `roleOf` is asked with each utterance of a Call Analytics stream. */
export function createWriters(
  settings: SessionSettings,
  { lexicon, analyst, randomId }: WritingTools,
  roleOf: (channel: number) => ParticipantRole | undefined,
): EventWriter[] {
  return settings.channelIds.map((channelId, channel) => {
    const shaper = new Shaper(settings, lexicon);
    return settings.operation === 'StartStreamTranscription'
      ? new ResultWriter(settings, channelId, shaper, randomId)
      : new UtteranceWriter(settings, shaper, analyst, () => roleOf(channel), randomId);
  });
}

/** Says nothing, but lets the SDK's `send()` resolve. */
export function firstEvent(operation: Operation): Buffer {
  return operation === 'StartStreamTranscription' ? EMPTY_TRANSCRIPT_EVENT : EMPTY_CATEGORY_EVENT;
}
