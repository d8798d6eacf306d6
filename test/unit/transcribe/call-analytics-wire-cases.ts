import { categoriesOf } from '../../../functions/worker/segments/to-segment';
import {
  IDENTIFIED,
  IDENTIFIED_HEADERS,
  PLACE,
  SESSION_ID,
  TIMELINE,
  showsIdentified,
  type Case,
} from './wire-case';

const POST_CALL = {
  outputLocation: 's3://example-bucket/calls/',
  dataAccessRoleArn: 'arn:aws:iam::111122223333:role/PostCall',
};
const DEFINITIONS = [
  { ChannelId: 0, ParticipantRole: 'CUSTOMER' },
  { ChannelId: 1, ParticipantRole: 'AGENT' },
];

/** Calls of Call Analytics, by the options that each is about. */
export const CALL_ANALYTICS_CASES: Readonly<Record<string, Case>> = {
  callAnalytics: {
    options: { callAnalytics: {} },
    channelCount: 2,
    headers: {},
    configuration: { ChannelDefinitions: DEFINITIONS },
    shows: ({ finals, results }) => {
      expect(finals).toMatchObject([
        { channel: 'caller', participantRole: 'CUSTOMER', sentiment: 'POSITIVE' },
        { channel: 'agent', participantRole: 'AGENT', sentiment: 'POSITIVE' },
      ]);
      const [{ text = '', issues = [] } = {}] = finals;
      expect(issues.map(({ begin, end }) => text.slice(begin, end))).toEqual(['never arrived']);
      const categories = results.flatMap((result) => categoriesOf(result, PLACE, TIMELINE));
      expect(categories[0]).toEqual({
        name: 'Delivery',
        ranges: [{ startMs: 3000, endMs: 3780 }],
        sessionOrdinal: 1,
      });
    },
  },
  'callAnalytics.channelRoles.caller, callAnalytics.channelRoles.agent': {
    options: { callAnalytics: { channelRoles: { caller: 'AGENT', agent: 'CUSTOMER' } } },
    channelCount: 2,
    headers: {},
    configuration: {
      ChannelDefinitions: [
        { ChannelId: 0, ParticipantRole: 'AGENT' },
        { ChannelId: 1, ParticipantRole: 'CUSTOMER' },
      ],
    },
    shows: ({ finals }) =>
      expect(finals).toMatchObject([
        { channel: 'caller', participantRole: 'AGENT' },
        { channel: 'agent', participantRole: 'CUSTOMER' },
      ]),
  },
  'callAnalytics.postCall.outputLocation, callAnalytics.postCall.dataAccessRoleArn': {
    options: { callAnalytics: { postCall: POST_CALL } },
    channelCount: 2,
    headers: {},
    configuration: {
      ChannelDefinitions: DEFINITIONS,
      PostCallAnalyticsSettings: {
        OutputLocation: POST_CALL.outputLocation,
        DataAccessRoleArn: POST_CALL.dataAccessRoleArn,
      },
    },
  },
  'callAnalytics.postCall.contentRedactionOutput, callAnalytics.postCall.outputEncryptionKmsKeyId':
    {
      options: {
        contentRedactionType: 'PII',
        callAnalytics: {
          postCall: {
            ...POST_CALL,
            contentRedactionOutput: 'redacted_and_unredacted',
            outputEncryptionKmsKeyId: 'alias/calls',
          },
        },
      },
      channelCount: 2,
      headers: { 'content-redaction-type': 'PII' },
      configuration: {
        ChannelDefinitions: DEFINITIONS,
        PostCallAnalyticsSettings: {
          OutputLocation: POST_CALL.outputLocation,
          DataAccessRoleArn: POST_CALL.dataAccessRoleArn,
          ContentRedactionOutput: 'redacted_and_unredacted',
          OutputEncryptionKMSKeyId: 'alias/calls',
        },
      },
    },
  'everything that Call Analytics has': {
    options: {
      ...IDENTIFIED,
      preferredLanguage: 'en-GB',
      vocabularyNames: ['a', 'b'],
      vocabularyFilterNames: ['rude'],
      vocabularyFilterMethod: 'tag',
      contentIdentificationType: 'PII',
      piiEntityTypes: ['NAME', 'PHONE'],
      enablePartialResultsStabilization: true,
      partialResultsStability: 'medium',
      sessionId: SESSION_ID,
      callAnalytics: {},
    },
    channelCount: 2,
    headers: {
      ...IDENTIFIED_HEADERS,
      'preferred-language': 'en-GB',
      'vocabulary-names': 'a,b',
      'vocabulary-filter-names': 'rude',
      'vocabulary-filter-method': 'tag',
      'content-identification-type': 'PII',
      'pii-entity-types': 'NAME,PHONE',
      'enable-partial-results-stabilization': 'true',
      'partial-results-stability': 'medium',
      'session-id': SESSION_ID,
    },
    configuration: { ChannelDefinitions: DEFINITIONS },
    shows: (heard) => {
      showsIdentified(heard);
      expect(heard.finals[0]?.entities).toMatchObject([{ type: 'NAME' }]);
      expect(heard.partials.at(-1)?.words.some(({ stable }) => stable === false)).toBe(true);
    },
  },
  'Call Analytics as long as only one party is there': {
    options: { callAnalytics: {} },
    headers: {},
    shows: ({ finals }) => expect(finals).toHaveLength(1),
  },
};
