import { putMedia } from '../../../local/kinesis-video/producer';
import type { Acknowledgement } from '../../../local/kinesis-video/acknowledgement';
import {
  closeAll,
  each,
  makeFragments,
  readMedia,
  startWithStream,
  TRACK,
  TWO_TRACKS,
} from './support';

afterEach(closeAll);

describe('PutMedia, then GetMedia', () => {
  it('gives a reader every fragment with the numbers, times and tags of its producer', async () => {
    const standIn = await startWithStream();
    const tags = [{ name: 'ContactId', value: 'contact-1' }];
    const fragments = makeFragments(3, TWO_TRACKS);

    const { fragmentNumbers } = await putMedia({
      endpoint: standIn.url,
      stream: 'calls',
      tracks: TWO_TRACKS,
      tags,
      fragments: each(fragments),
    });
    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 3);

    expect(reader.completed).toEqual(fragmentNumbers);
    expect(reader.of('start').map(({ metadata }) => metadata.producerTimestampMs)).toEqual(
      fragments.map(({ producerTimestampMs }) => producerTimestampMs),
    );
    expect(reader.of('start').map((event) => event.tags.get('ContactId'))).toEqual(
      Array(3).fill('contact-1'),
    );
    expect(reader.of('complete').map(({ continuationToken }) => continuationToken)).toEqual(
      fragmentNumbers,
    );
    expect(reader.of('block').map(({ trackNumber, payload }) => [trackNumber, payload[0]])).toEqual(
      fragments.flatMap(({ blocks }) =>
        blocks.map(({ trackNumber, payload }) => [trackNumber, payload[0]]),
      ),
    );
  });

  it('acknowledges each fragment as buffering, received, and persisted with retention', async () => {
    const standIn = await startWithStream({}, { retentionHours: 1 });
    const acknowledgements: Acknowledgement[] = [];

    const { fragmentNumbers } = await putMedia({
      endpoint: standIn.url,
      stream: 'calls',
      tracks: [TRACK],
      fragments: each(makeFragments(2)),
      onAcknowledgement: (acknowledgement) => acknowledgements.push(acknowledgement),
    });

    const seen = acknowledgements.map(({ EventType, FragmentNumber }) => [
      EventType,
      fragmentNumbers.indexOf(FragmentNumber ?? ''),
    ]);
    expect(seen).toEqual([
      ['BUFFERING', 0],
      ['RECEIVED', 0],
      ['PERSISTED', 0],
      ['BUFFERING', 1],
      ['RECEIVED', 1],
      ['PERSISTED', 1],
    ]);
    expect(fragmentNumbers.every((number) => /^\d{47}$/.test(number))).toBe(true);
  });
});
