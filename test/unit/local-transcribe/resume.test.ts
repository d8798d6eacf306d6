import { systemClock } from '../../../local/transcribe/clock';
import { ResumeWindows } from '../../../local/transcribe/resume-windows';
import { chunks, collect, start, TestBench, tones, transcribe } from './sdk-client';

const bench = new TestBench();
afterEach(() => bench.close());

const SessionId = '01234567-89ab-cdef-0123-456789abcdef';

describe('a session that is taken up again', () => {
  const live = () => bench.live(tones('1234567890'.repeat(10)).samples);
  const again = (standIn: Parameters<typeof bench.client>[0], window?: number) =>
    transcribe(bench.client(standIn), chunks(tones('12').samples), {
      SessionId,
      SessionResumeWindow: window,
    });

  it('ends its older stream inside the window', async () => {
    const standIn = await bench.start();
    const running = await start(bench.client(standIn), live(), {
      SessionId,
      SessionResumeWindow: 1,
    });
    const older = collect(running.TranscriptResultStream);
    older.catch(() => undefined);

    const heard = await again(standIn, 1);

    expect(heard.symbols()).toBe('12');
    await expect(older).rejects.toMatchObject({
      name: 'ConflictException',
      message: expect.stringContaining('The current stream has been terminated.') as string,
    });
    expect(standIn.sessions().map(({ endedBy }) => endedBy)).toEqual([
      'ConflictException',
      'complete',
    ]);
  });

  it.each([
    ['without a window', undefined, 0],
    ['after its window', 1, 60_001],
  ])('is refused %s while the older stream runs', async (_when, window, laterMs) => {
    let offsetMs = 0;
    const clock = { ...systemClock, monotonicMs: () => performance.now() + offsetMs };
    const standIn = await bench.start({ clock, limits: { idleMs: Infinity } });
    const running = await start(bench.client(standIn), live(), {
      SessionId,
      SessionResumeWindow: window,
    });
    collect(running.TranscriptResultStream).catch(() => undefined);
    offsetMs = laterMs;

    await expect(again(standIn, window)).rejects.toMatchObject({
      name: 'ConflictException',
      message: 'Another stream is in progress with the same session ID.',
    });
  });

  it('is a new one once the older stream has ended', async () => {
    const standIn = await bench.start();
    await again(standIn);

    expect((await again(standIn)).symbols()).toBe('12');
  });
});

describe('ResumeWindows', () => {
  it('counts from the first stream', () => {
    const windows = new ResumeWindows();
    windows.open('a', 1, 0);
    windows.open('a', 1, 59_000);

    expect(windows.isOpen('a', 59_999)).toBe(true);
    expect(windows.isOpen('a', 60_000)).toBe(false);
  });

  it('opens anew once it has closed', () => {
    const windows = new ResumeWindows();
    windows.open('a', 1, 0);
    windows.open('a', 1, 60_000);

    expect(windows.isOpen('a', 119_999)).toBe(true);
  });

  it('forgets the oldest of too many', () => {
    const windows = new ResumeWindows();
    for (let id = 0; id <= 10_000; id++) windows.open(String(id), 1, 0);

    expect(windows.isOpen('0', 1)).toBe(false);
    expect(windows.isOpen('1', 1)).toBe(true);
  });
});
