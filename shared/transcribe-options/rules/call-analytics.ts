import { problemOf } from '../problem';
import type { TranscribeOptions } from '../schema';
import { TRANSCRIBE_OPTIONS } from '../table';
import { REDACTED, isGiven, problemIf, type Rule } from './rule';

export const callAnalytics: Rule = (options, audio) => {
  const { callAnalytics: analytics, contentRedactionType } = options;
  if (analytics === undefined) return [];
  const { channelRoles, postCall } = analytics;
  const foreign = TRANSCRIBE_OPTIONS.filter(
    ({ path: [name], inCallAnalytics }) =>
      !inCallAnalytics && isGiven(options[name as keyof TranscribeOptions]),
  );
  return [
    ...foreign.map(({ path: [name = ''] }) =>
      problemOf(name, 'does not go with callAnalytics', { callAnalytics: {}, language: 'en-GB' }),
    ),
    ...problemIf(
      channelRoles && channelRoles.caller === channelRoles.agent,
      'callAnalytics.channelRoles.agent',
      'must differ from callAnalytics.channelRoles.caller',
      { callAnalytics: { channelRoles: { caller: 'CUSTOMER', agent: 'AGENT' } } },
    ),
    ...problemIf(
      postCall?.contentRedactionOutput && contentRedactionType === undefined,
      'callAnalytics.postCall.contentRedactionOutput',
      'needs contentRedactionType',
      REDACTED,
    ),
    ...problemIf(
      (audio.channelCount ?? 2) !== 2,
      'callAnalytics',
      'needs audio of two channels, one for each party',
      { language: 'en-GB' },
    ),
  ];
};
