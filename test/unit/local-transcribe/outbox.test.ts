import type { ServerHttp2Stream } from 'node:http2';

import type { StandInClock } from '../../../local/transcribe/clock';
import { Outbox } from '../../../local/transcribe/outbox';

describe('Outbox', () => {
  it('looks for room with one timer, however long its client does not read', async () => {
    const timers: (() => void)[] = [];
    const clock = {
      monotonicMs: () => 0,
      setTimer: (work: () => void) => {
        timers.push(work);
        return () => undefined;
      },
    } as unknown as StandInClock;
    const stream = { writable: true, writableLength: 2 * 1024 * 1024 };
    const outbox = new Outbox(stream as unknown as ServerHttp2Stream, clock);
    const congestion = outbox.congestion();

    for (let round = 0; round < 20; round++) timers.splice(0).forEach((work) => work());
    expect(timers).toHaveLength(1);

    stream.writableLength = 0;
    timers.splice(0).forEach((work) => work());
    await congestion;
    expect(timers).toHaveLength(0);
  });
});
