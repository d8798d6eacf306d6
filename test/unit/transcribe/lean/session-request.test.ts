import { sessionRequest } from '../../../../functions/worker/transcribe/lean/session-request';

const SETTINGS = { sampleRateHz: 8000, channelCount: 2, language: 'en-US', options: {} } as const;
const HEADERS = new Map([[':event-type', 'TranscriptEvent']]);

const partial = { ResultId: 'a', IsPartial: true };
const final = { ResultId: 'b', IsPartial: false };

/** Ids of the results that are passed on of one event. */
function idsOf(body: string, partials: boolean): string[] | undefined {
  const request = sessionRequest({ ...SETTINGS, partials });
  const results = request.resultsOf({ headers: HEADERS, payload: Buffer.from(body) });
  return results?.map(({ ResultId = '' }) => ResultId);
}

function bodyOf(...results: object[]): string {
  return JSON.stringify({ Transcript: { Results: results } });
}

describe('sessionRequest', () => {
  it.each([
    [[partial, final], ['b']],
    [[final, partial], ['b']],
    [[partial, partial], []],
    [[partial], []],
    [[final], ['b']],
  ])('leaves out unwanted partial results only: %j', (results, ids) => {
    expect(idsOf(bodyOf(...results), false)).toEqual(ids);
  });

  it('passes all on when partial results are wanted', () => {
    expect(idsOf(bodyOf(partial, final), true)).toEqual(['a', 'b']);
  });

  it('reads bodies that are spaced otherwise', () => {
    const body = JSON.stringify({ Transcript: { Results: [partial, final] } }, null, 1);

    expect(idsOf(body, false)).toEqual(['b']);
  });

  it('is not misled by what was said', () => {
    const said = { ...final, Alternatives: [{ Transcript: 'quote "IsPartial":true unquote' }] };

    expect(idsOf(bodyOf(said), false)).toEqual(['b']);
  });

  it('is not misled by members of other names', () => {
    const other = { ...final, WasIsPartial: true };
    const body = JSON.stringify({ Transcript: { Results: [other] } });

    expect(idsOf(body.replace('"IsPartial":false,', ''), false)).toEqual(['b']);
    expect(idsOf(body, false)).toEqual(['b']);
  });

  it('has nothing to tell of an event without results', () => {
    expect(idsOf(bodyOf(), false)).toBeUndefined();
  });
});
