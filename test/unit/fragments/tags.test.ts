import {
  parseSecondsToMs,
  readFailure,
  readMetadata,
  readTrailer,
} from '../../../functions/worker/fragments/tags';

const tagsOf = (tags: Record<string, string>): ReadonlyMap<string, string> =>
  new Map(Object.entries(tags).map(([name, value]) => [`AWS_KINESISVIDEO_${name}`, value]));

const NUMBER = '91343852333181432392682062607743920146159169392';

describe('parseSecondsToMs', () => {
  it.each([
    ['1511852109.126', 1_511_852_109_126],
    ['0.000', 0],
    ['5', 5000],
    ['1.5', 1500],
    ['1700000000.001', 1_700_000_000_001],
    ['1700000000.1239', 1_700_000_000_123],
    ['1.1', 1100],
    ['4.35', 4350],
  ])('reads %s exactly', (text, milliseconds) => {
    expect(parseSecondsToMs(text)).toBe(milliseconds);
  });

  it.each(['', '.5', '1.', '-1', '1e3', 'NaN', ' 1', '1,5', '123456789012'])(
    'refuses %p',
    (text) => {
      expect(parseSecondsToMs(text)).toBeUndefined();
    },
  );
});

describe('readMetadata', () => {
  it('reads the tags of GetMedia', () => {
    expect(
      readMetadata(
        tagsOf({
          FRAGMENT_NUMBER: NUMBER,
          SERVER_TIMESTAMP: '1511852109.126',
          PRODUCER_TIMESTAMP: '1511852108.513',
        }),
      ),
    ).toEqual({
      fragmentNumber: NUMBER,
      serverTimestampMs: 1_511_852_109_126,
      producerTimestampMs: 1_511_852_108_513,
    });
  });

  it('reads the tags of GetMediaForFragmentList', () => {
    expect(
      readMetadata(
        tagsOf({
          FRAGMENT_NUMBER: NUMBER,
          SERVER_SIDE_TIMESTAMP: '2.000',
          PRODUCER_SIDE_TIMESTAMP: '1.000',
        }),
      ),
    ).toMatchObject({ serverTimestampMs: 2000, producerTimestampMs: 1000 });
  });

  it('waits while a tag is missing', () => {
    expect(readMetadata(tagsOf({ FRAGMENT_NUMBER: NUMBER }))).toBeUndefined();
  });

  it.each([
    { FRAGMENT_NUMBER: '12a', SERVER_TIMESTAMP: '1', PRODUCER_TIMESTAMP: '1' },
    { FRAGMENT_NUMBER: '1', SERVER_TIMESTAMP: 'x', PRODUCER_TIMESTAMP: '1' },
    { FRAGMENT_NUMBER: '1', SERVER_TIMESTAMP: '1', PRODUCER_TIMESTAMP: '' },
  ])('finds %j invalid', (tags) => {
    expect(readMetadata(tagsOf(tags))).toBe('invalid');
  });
});

describe('readTrailer', () => {
  it('needs both tags', () => {
    expect(readTrailer(tagsOf({ MILLIS_BEHIND_NOW: '5' }))).toBeUndefined();
    expect(readTrailer(tagsOf({ CONTINUATION_TOKEN: '5' }))).toBeUndefined();
    expect(readTrailer(tagsOf({ MILLIS_BEHIND_NOW: '5', CONTINUATION_TOKEN: '7' }))).toEqual({
      millisBehindNow: 5,
      continuationToken: '7',
    });
  });

  it('finds a lag that is no number invalid', () => {
    expect(readTrailer(tagsOf({ MILLIS_BEHIND_NOW: '1.5', CONTINUATION_TOKEN: '7' }))).toBe(
      'invalid',
    );
  });
});

describe('readFailure', () => {
  it('is undefined without error tags', () => {
    expect(readFailure(tagsOf({ FRAGMENT_NUMBER: '1' }))).toBeUndefined();
  });

  it('reads number and name of GetMedia', () => {
    expect(readFailure(tagsOf({ ERROR_ID: '4500', ERROR_CODE: 'KMS_DENIED' }))).toEqual({
      errorId: 4500,
      errorCode: 'KMS_DENIED',
    });
  });

  it('reads number and message of GetMediaForFragmentList', () => {
    expect(
      readFailure(tagsOf({ EXCEPTION_ERROR_CODE: '4000', EXCEPTION_MESSAGE: 'not found' })),
    ).toEqual({ errorId: 4000, errorCode: 'not found' });
  });

  it('takes a code that is no number for the text, and cuts what is endless', () => {
    expect(readFailure(tagsOf({ EXCEPTION_ERROR_CODE: 'InternalError' }))).toEqual({
      errorId: 0,
      errorCode: 'InternalError',
    });
    expect(readFailure(tagsOf({ ERROR_CODE: 'x'.repeat(5000) }))?.errorCode).toHaveLength(128);
  });
});
