import { FaultBoard } from '../../../local/faults/fault-board';
import { FLIP_PLACES } from '../../../local/kinesis-video/faults';
import type { KinesisVideoFaultKind } from '../../../local/kinesis-video/faults';
import { putMedia } from '../../../local/kinesis-video/producer';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import {
  closeAll,
  each,
  makeFragments,
  openMedia,
  readMedia,
  startWithStream,
  TRACK,
} from './support';

afterEach(closeAll);

interface Faulty {
  readonly standIn: KinesisVideoStandIn;
  readonly board: FaultBoard;
}

async function startFaulty(): Promise<Faulty> {
  const board = new FaultBoard();
  const standIn = await startWithStream({ faults: board }, { retentionHours: 1 });
  return { standIn, board };
}

async function play({ standIn }: Faulty): Promise<readonly string[]> {
  const { fragmentNumbers } = await putMedia({
    endpoint: standIn.url,
    stream: 'calls',
    tracks: [TRACK],
    fragments: each(makeFragments(3)),
  });
  return fragmentNumbers;
}

describe('faults of GetMedia', () => {
  it.each([
    ['getmedia-connection-limit', 'ConnectionLimitExceededException', 400],
    ['getmedia-client-limit', 'ClientLimitExceededException', 400],
    ['getmedia-invalid-endpoint', 'InvalidEndpointException', 400],
    ['getmedia-not-authorized', 'NotAuthorizedException', 401],
    ['getmedia-unavailable', 'ServiceUnavailableException', 503],
  ] as const)('%s refuses one call', async (kind, name, httpStatusCode) => {
    const { standIn, board } = await startFaulty();
    board.arm({ kind, target: 'calls' });

    await expect(openMedia(standIn, 'calls')).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
    (await openMedia(standIn, 'calls')).destroy();

    expect(board.struck(kind)).toBe(1);
  });

  it('strikes no other stream than the target', async () => {
    const { standIn, board } = await startFaulty();
    board.arm({ kind: 'getmedia-unavailable', target: 'other' });

    (await openMedia(standIn, 'calls')).destroy();

    expect(board.struck('getmedia-unavailable')).toBe(0);
  });

  it('getmedia-silent-end ends a body in order, the given time after it began', async () => {
    const faulty = await startFaulty();
    await play(faulty);
    faulty.board.arm({ kind: 'getmedia-silent-end', settings: { afterMs: 20 } });

    const reader = await readMedia(faulty.standIn, 'calls');
    await reader.end();

    expect(reader.outcome).toBe('ended');
    expect(reader.completed).toHaveLength(3);
  });

  it('getmedia-silent-end also strikes a session that is under way', async () => {
    const faulty = await startFaulty();
    const reader = await readMedia(faulty.standIn, 'calls');
    faulty.board.arm({ kind: 'getmedia-silent-end' });

    await play(faulty);
    await reader.end();

    expect(reader.outcome).toBe('ended');
    expect(reader.started).toEqual([]);
  });

  it('getmedia-silent-end counts one strike for a session, however many fragments it sends', async () => {
    const faulty = await startFaulty();
    await play(faulty);
    const settings = { afterMs: 20 };
    faulty.board.arm({ kind: 'getmedia-silent-end', forMs: 60_000, settings });

    for (let session = 0; session < 2; session += 1) {
      await (await readMedia(faulty.standIn, 'calls')).end();
    }

    expect(faulty.board.struck('getmedia-silent-end')).toBe(2);
  });

  it.each([
    ['after some bytes', { afterBytes: 200 }],
    ['at the end of a cluster that is shorter', { afterBytes: 1_000_000 }],
  ])('getmedia-reset breaks the connection inside a fragment, %s', async (_, settings) => {
    const faulty = await startFaulty();
    await play(faulty);
    faulty.board.arm({ kind: 'getmedia-reset', settings });

    const reader = await readMedia(faulty.standIn, 'calls');
    await reader.end();

    expect(reader.outcome).toBe('broken');
    expect(reader.started).toHaveLength(1);
    expect(reader.of('block').length).toBeGreaterThan(0);
    expect(reader.completed).toEqual([]);
  });

  it.each([3002, 4500, 5000])(
    'getmedia-error puts error %i in place of a fragment, then ends',
    async (errorId) => {
      const faulty = await startFaulty();
      const numbers = await play(faulty);
      faulty.board.arm({ kind: 'getmedia-error', settings: { errorId } });

      const reader = await readMedia(faulty.standIn, 'calls');
      await reader.end();

      expect(reader.outcome).toBe('ended');
      expect(reader.events).toMatchObject([
        { type: 'failed', errorId, fragmentNumber: numbers[0] },
      ]);
    },
  );

  it('getmedia-slow holds a fragment back, then lets everything through', async () => {
    const faulty = await startFaulty();
    const numbers = await play(faulty);
    const settings = { bytesPerSecond: 1000, forMs: 60 };
    faulty.board.arm({ kind: 'getmedia-slow', settings });
    const startedAt = performance.now();

    const reader = await readMedia(faulty.standIn, 'calls');
    await reader.until(() => reader.completed.length === 3);

    expect(performance.now() - startedAt).toBeGreaterThan(50);
    expect(reader.completed).toEqual(numbers);
  });

  it('getmedia-fragment-twice sends a fragment again under its number', async () => {
    const faulty = await startFaulty();
    const [first, second, third] = await play(faulty);
    faulty.board.arm({ kind: 'getmedia-fragment-twice' });

    const reader = await readMedia(faulty.standIn, 'calls');
    await reader.until(() => reader.completed.length === 4);

    expect(reader.completed).toEqual([first, first, second, third]);
  });

  it.each(FLIP_PLACES)('getmedia-flipped at %s damages one response only', async (at) => {
    const faulty = await startFaulty();
    const numbers = await play(faulty);
    faulty.board.arm({ kind: 'getmedia-flipped', settings: { at } });

    const damaged = await readMedia(faulty.standIn, 'calls');
    await damaged.until(() => damaged.completed.includes(numbers[2] ?? ''));
    const healed = await readMedia(faulty.standIn, 'calls');
    await healed.until(() => healed.completed.length === 3);

    expect(damaged.completed).toEqual(numbers.slice(1));
    expect(damaged.of('malformed')).not.toEqual([]);
    expect(healed.of('malformed')).toEqual([]);
  });
});

describe('faults of the stream and of PutMedia', () => {
  it('putmedia-fragment-lost acknowledges a fragment that no reader gets', async () => {
    const board = new FaultBoard();
    const fates: boolean[] = [];
    const standIn = await startWithStream({
      faults: board,
      onFragment: ({ lost }) => fates.push(lost),
    });
    board.arm({ kind: 'putmedia-fragment-lost' });

    const [, second, third] = await play({ standIn, board });
    const reader = await readMedia(standIn, 'calls');
    await reader.until(() => reader.completed.length === 2);

    expect(reader.completed).toEqual([second, third]);
    expect(fates).toEqual([true, false, false]);
  });

  it('putmedia-fragment-twice stores a fragment again under another number', async () => {
    const faulty = await startFaulty();
    faulty.board.arm({ kind: 'putmedia-fragment-twice' });

    const [first, ...others] = await play(faulty);
    const reader = await readMedia(faulty.standIn, 'calls');
    await reader.until(() => reader.completed.length === 4);

    expect(reader.completed[0]).toBe(first);
    expect(reader.completed.slice(2)).toEqual(others);
    const times = reader.of('start').map(({ metadata }) => metadata.producerTimestampMs);
    expect(times[1]).toBe(times[0]);
  });

  it('putmedia-error refuses a fragment', async () => {
    const faulty = await startFaulty();
    faulty.board.arm({ kind: 'putmedia-error', settings: { errorId: 4500 } });

    await expect(play(faulty)).rejects.toMatchObject({
      code: 'stream-error',
      message: expect.stringContaining('4500') as string,
    });
  });

  it('putmedia-unavailable refuses a call', async () => {
    const faulty = await startFaulty();
    faulty.board.arm({ kind: 'putmedia-unavailable' });

    await expect(play(faulty)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('stream-deleted takes the stream away after a fragment', async () => {
    const faulty = await startFaulty();
    const reader = await readMedia(faulty.standIn, 'calls');
    faulty.board.arm({ kind: 'stream-deleted' });

    await expect(play(faulty)).rejects.toMatchObject({
      message: expect.stringContaining('4008') as string,
    });
    await reader.end();

    expect(faulty.standIn.streams()).toEqual([]);
  });

  it.each([
    ['getdataendpoint-unavailable', 503],
    ['getdataendpoint-client-limit', 400],
  ] satisfies [KinesisVideoFaultKind, number][])('%s refuses a call', async (kind, status) => {
    const { standIn, board } = await startFaulty();
    board.arm({ kind });

    const response = await fetch(`${standIn.url}/getDataEndpoint`, {
      method: 'POST',
      body: JSON.stringify({ StreamName: 'calls', APIName: 'GET_MEDIA' }),
    });

    expect(response.status).toBe(status);
  });
});
