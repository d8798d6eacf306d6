import { resultsOf } from '../../../functions/worker/transcribe/session-result';

const PLAIN = { options: { callAnalytics: {} } };

describe('resultsOf', () => {
  it('puts an utterance as a result: in seconds, on its channel', () => {
    const results = resultsOf(
      {
        UtteranceEvent: {
          UtteranceId: 'u-1',
          IsPartial: false,
          ParticipantRole: 'AGENT',
          BeginOffsetMillis: 1250,
          EndOffsetMillis: 2000,
          Transcript: 'Good day',
          Items: [
            { BeginOffsetMillis: 1250, EndOffsetMillis: 1500, Content: 'Good', Stable: true },
            { BeginOffsetMillis: 1600, EndOffsetMillis: 2000, Content: 'day' },
          ],
          Entities: [{ BeginOffsetMillis: 1250, EndOffsetMillis: 1500, Type: 'NAME' }],
          Sentiment: 'POSITIVE',
          IssuesDetected: [{ CharacterOffsets: { Begin: 0, End: 4 } }],
        },
      },
      PLAIN,
    );

    expect(results).toEqual([
      expect.objectContaining({
        ResultId: 'u-1',
        StartTime: 1.25,
        EndTime: 2,
        IsPartial: false,
        ChannelId: 'ch_1',
        ParticipantRole: 'AGENT',
        Sentiment: 'POSITIVE',
        IssuesDetected: [{ CharacterOffsets: { Begin: 0, End: 4 } }],
        Alternatives: [
          {
            Transcript: 'Good day',
            Items: [
              { Content: 'Good', Stable: true, StartTime: 1.25, EndTime: 1.5 },
              { Content: 'day', StartTime: 1.6, EndTime: 2 },
            ],
            Entities: [{ Type: 'NAME', StartTime: 1.25, EndTime: 1.5 }],
          },
        ],
      }),
    ]);
  });

  it.each([
    ['CUSTOMER', undefined, 'ch_0'],
    ['AGENT', { caller: 'AGENT', agent: 'CUSTOMER' }, 'ch_0'],
    ['CUSTOMER', { caller: 'AGENT', agent: 'CUSTOMER' }, 'ch_1'],
    [undefined, undefined, 'ch_0'],
  ] as const)('hears %s, the roles being %j, on %s', (ParticipantRole, channelRoles, channel) => {
    const settings = { options: { callAnalytics: { channelRoles } } };

    const [result] = resultsOf({ UtteranceEvent: { ParticipantRole } }, settings);

    expect(result?.ChannelId).toBe(channel);
  });

  it('takes categories for a result only where there are any', () => {
    const match = { MatchedCategories: ['late'], MatchedDetails: {} };

    expect(resultsOf({ CategoryEvent: match }, PLAIN)).toEqual([{ Categories: match }]);
    expect(resultsOf({ CategoryEvent: { MatchedCategories: [] } }, PLAIN)).toEqual([]);
    expect(resultsOf({}, PLAIN)).toEqual([]);
  });
});
