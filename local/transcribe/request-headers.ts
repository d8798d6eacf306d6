import type { IncomingHttpHeaders } from 'node:http2';

import type { Operation } from './operations';
import type { PiiType } from './pii-types';
import type { Given, Suffix } from './request-members';
import { brokenBy, normalised, NOT_FOR_CALL_ANALYTICS, SUFFIXES } from './request-members';
import { brokenRule, identifies, isTrue, listOf } from './request-rules';
import { badRequest } from './service-exception';

/** Members of both operations travel as headers with this prefix (PROTOCOLS C1, C3). */
export const HEADER_PREFIX = 'x-amzn-transcribe-';

export type MediaEncoding = 'pcm' | 'g711-alaw' | 'g711-ulaw' | 'flac' | 'ogg-opus' | 'g729';
export type FilterMethod = 'mask' | 'remove' | 'tag';

/** What one session needs to know of its request. */
export interface SessionSettings {
  readonly operation: Operation;
  /** As the client gave it; absent when the service has to choose one. */
  readonly sessionId?: string;
  /** Minutes from the stream's start during which the session may be taken up again. */
  readonly resumeWindowMinutes?: number;
  readonly sampleRateHz: number;
  readonly encoding: MediaEncoding;
  /** `[undefined]` for one channel without a name. */
  readonly channelIds: readonly (string | undefined)[];
  readonly languageCode: string;
  /** The languages to choose among when the choice was left to the service; else empty. */
  readonly languageOptions: readonly string[];
  /** Each utterance may have a language of its own. */
  readonly identifiesMultiple: boolean;
  /** Words at the end of a partial that may still change; absent without stabilization. */
  readonly unstableWords?: number;
  readonly speakerLabels: boolean;
  readonly filterNames: readonly string[];
  readonly filterMethod: FilterMethod;
  /** Entities to report, or to put out of sight in finals; `types` empty: all. */
  readonly pii?: { readonly redacts: boolean; readonly types: readonly PiiType[] };
  readonly transcriptFormat?: 'written' | 'spoken';
  /** Every given member, to be sent back with the response. */
  readonly echo: Readonly<Record<string, string>>;
}

const UNSTABLE_WORDS: Readonly<Record<string, number>> = { high: 1, medium: 2, low: 4 };

/**
 * Throws BadRequestException naming the first header that breaks a rule. Headers of no member are
 * ignored, as a service does.
 */
export function parseRequestHeaders(
  headers: IncomingHttpHeaders,
  operation: Operation = 'StartStreamTranscription',
): SessionSettings {
  const { given, echo } = readMembers(headers, operation);
  const problem = brokenRule(given, operation);
  if (problem) throw badRequest(problem);
  const isCallAnalytics = operation === 'StartCallAnalyticsStreamTranscription';
  const windowMinutes = given['session-resume-window'];
  return {
    operation,
    sessionId: given['session-id'],
    resumeWindowMinutes: windowMinutes === undefined ? undefined : Number(windowMinutes),
    sampleRateHz: Number(given['sample-rate']),
    encoding: given['media-encoding'] as MediaEncoding,
    channelIds: isCallAnalytics || given['number-of-channels'] ? ['ch_0', 'ch_1'] : [undefined],
    languageCode: languageOf(given),
    languageOptions: identifies(given) ? listOf(given, 'language-options') : [],
    identifiesMultiple: isTrue(given, 'identify-multiple-languages'),
    unstableWords: isTrue(given, 'enable-partial-results-stabilization')
      ? UNSTABLE_WORDS[given['partial-results-stability'] ?? 'high']
      : undefined,
    speakerLabels: isTrue(given, 'show-speaker-label'),
    filterNames: [
      ...listOf(given, 'vocabulary-filter-name'),
      ...listOf(given, 'vocabulary-filter-names'),
    ],
    filterMethod: (given['vocabulary-filter-method'] ?? 'mask') as FilterMethod,
    pii: piiOf(given),
    transcriptFormat: given['transcript-format'] as SessionSettings['transcriptFormat'],
    echo,
  };
}

/** The request's headers of members, known or not, as they came. */
export function membersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const members = Object.entries(headers).filter(([name]) => name.startsWith(HEADER_PREFIX));
  return Object.fromEntries(members.map(([name, value]) => [name, String(value)]));
}

function readMembers(
  headers: IncomingHttpHeaders,
  operation: Operation,
): { given: Given; echo: Record<string, string> } {
  const given: Partial<Record<Suffix, string>> = {};
  const echo: Record<string, string> = {};
  const isCallAnalytics = operation === 'StartCallAnalyticsStreamTranscription';
  for (const suffix of SUFFIXES) {
    const name = HEADER_PREFIX + suffix;
    const value = headers[name];
    if (typeof value !== 'string') continue;
    if (isCallAnalytics && NOT_FOR_CALL_ANALYTICS.has(suffix)) {
      throw badRequest(`${name} is no member of ${operation}`);
    }
    const expected = brokenBy(suffix, value, operation);
    if (expected) throw badRequest(`${name} must be ${expected}`);
    given[suffix] = normalised(suffix, value);
    echo[name] = normalised(suffix, value);
  }
  return { given, echo };
}

/** The stand-in's recognisers cannot tell languages apart: it hears the preferred or first one. */
function languageOf(given: Given): string {
  const [firstOption = ''] = listOf(given, 'language-options');
  return given['language-code'] ?? given['preferred-language'] ?? firstOption;
}

function piiOf(given: Given): SessionSettings['pii'] {
  const redacts = given['content-redaction-type'] !== undefined;
  if (!redacts && given['content-identification-type'] === undefined) return undefined;
  const types = listOf(given, 'pii-entity-types');
  return { redacts, types: types.includes('ALL') ? [] : (types as PiiType[]) };
}
