import {
  CallAnalyticsLanguageCode,
  LanguageCode,
  MediaEncoding,
  PartialResultsStability,
  TranscriptFormat,
  VocabularyFilterMethod,
} from '@aws-sdk/client-transcribe-streaming';

import {
  CALL_ANALYTICS_LANGUAGES,
  LANGUAGE_CODES,
} from '../../../shared/transcribe-options/languages';
import {
  kebabName,
  setOption,
  snakeName,
  valueFromText,
} from '../../../shared/transcribe-options/from-text';
import {
  callAnalyticsSchema,
  transcribeOptionsSchema,
} from '../../../shared/transcribe-options/schema';
import { TRANSCRIBE_OPTIONS, optionName } from '../../../shared/transcribe-options/table';
import {
  FILTER_METHODS,
  MEDIA_ENCODINGS,
  STABILITIES,
  TRANSCRIPT_FORMATS,
} from '../../../shared/transcribe-options/values';

/** Some options mean nothing without these. */
const COMPANIONS: Record<string, Record<string, unknown>> = {
  'callAnalytics.channelRoles.caller': { agent: 'AGENT' },
  'callAnalytics.channelRoles.agent': { caller: 'CUSTOMER' },
};

describe('the table of options', () => {
  it('has every option of the schema and no other', () => {
    const { shape } = transcribeOptionsSchema;

    const names = new Set(TRANSCRIBE_OPTIONS.map(({ path: [first] }) => first));

    expect([...names].sort()).toEqual(Object.keys(shape).sort());
  });

  it('has every setting of Call Analytics', () => {
    const { channelRoles, postCall } = callAnalyticsSchema.shape;
    const expected = [
      ...Object.keys(channelRoles.unwrap().shape).map((name) => `channelRoles.${name}`),
      ...Object.keys(postCall.unwrap().shape).map((name) => `postCall.${name}`),
    ];

    const names = TRANSCRIBE_OPTIONS.map(optionName).filter((name) =>
      name.startsWith('callAnalytics.'),
    );

    expect(names).toEqual(expected.map((name) => `callAnalytics.${name}`));
  });

  it.each(TRANSCRIBE_OPTIONS.map((row) => [optionName(row), row] as const))(
    'gives an example of %s that is valid, as a value and as a text',
    (name, row) => {
      const text = textOf(row.example);
      const fromValue: Record<string, unknown> = {};
      const fromText: Record<string, unknown> = {};
      setOption(fromValue, row, row.example);
      setOption(fromText, row, valueFromText(row, text));
      for (const options of [fromValue, fromText]) {
        complete(options, name);

        const parsed = transcribeOptionsSchema.safeParse(options);

        expect(parsed.error?.issues).toBeUndefined();
      }
      expect(fromText).toEqual(fromValue);
    },
  );

  it.each(TRANSCRIBE_OPTIONS.map((row) => [optionName(row), row] as const))(
    'has a name for %s as a flag and as an attribute that is its own',
    (_name, row) => {
      const same = TRANSCRIBE_OPTIONS.filter((other) => kebabName(other) === kebabName(row));

      expect(same).toEqual([row]);
      expect(kebabName(row)).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(snakeName(row)).toBe(kebabName(row).replaceAll('-', '_'));
    },
  );
});

it('knows the languages and values that the service knows', () => {
  expect([...LANGUAGE_CODES].sort()).toEqual(Object.values(LanguageCode).sort());
  expect([...CALL_ANALYTICS_LANGUAGES].sort()).toEqual(
    Object.values(CallAnalyticsLanguageCode).sort(),
  );
  expect([...MEDIA_ENCODINGS].sort()).toEqual(Object.values(MediaEncoding).sort());
  expect([...FILTER_METHODS].sort()).toEqual(Object.values(VocabularyFilterMethod).sort());
  expect([...STABILITIES].sort()).toEqual(Object.values(PartialResultsStability).sort());
  expect([...TRANSCRIPT_FORMATS].sort()).toEqual(Object.values(TranscriptFormat).sort());
});

/** An object is a flag as a text: `true` makes it. */
function textOf(example: unknown): string {
  if (Array.isArray(example)) return example.join(', ');
  return typeof example === 'object' ? 'true' : String(example);
}

function complete(options: Record<string, unknown>, name: string): void {
  const analytics = options.callAnalytics as Record<string, Record<string, unknown>> | undefined;
  if (analytics?.channelRoles) Object.assign(analytics.channelRoles, COMPANIONS[name]);
  if (analytics?.postCall) {
    analytics.postCall = {
      outputLocation: 's3://example-bucket/',
      dataAccessRoleArn: 'arn:aws:iam::111122223333:role/PostCall',
      ...analytics.postCall,
    };
  }
}
