import type { TranscribeEvent } from '../../../functions/transcribe/events';
import type { RunOptions } from '../../../functions/transcribe/run-options';
import { transcribe } from '../../../functions/transcribe/transcribe';
import { VirtualClock } from '../../support/virtual-clock';
import { FakeService, type SessionPlan } from '../transcribe/fake-service';
import { MONO } from './support';

/** Twenty samples of 8 kHz: the coded audio has one sample a millisecond, this has eight. */
export const PIECE_MS = 100;

export interface VirtualRun {
  readonly events: TranscribeEvent[];
  readonly service: FakeService;
  readonly tookMs: number;
}

/** Transcribes input that yields silence, in virtual time, with sessions that go as planned. */
export async function runVirtually(
  input: (clock: VirtualClock) => AsyncIterable<Uint8Array>,
  run: RunOptions = {},
  plan: (index: number) => SessionPlan = () => ({}),
): Promise<VirtualRun> {
  const clock = new VirtualClock();
  const service = new FakeService({ talk: [[]], clock, plan });
  const events: TranscribeEvent[] = [];
  const fromMs = clock.monotonicMs();
  const work = (async () => {
    const options = { openSession: service.open, clock, random: () => 0.5, ...run };
    for await (const event of transcribe(input(clock), MONO, options)) events.push(event);
  })();
  await clock.drive(work, 24 * 3_600_000);
  return { events, service, tookMs: clock.monotonicMs() - fromMs };
}

/** Silence as a microphone gives it: a piece when its time has passed. */
export async function* liveSilence(clock: VirtualClock, lengthMs: number) {
  const piece = new Uint8Array(PIECE_MS * 16);
  for (let ms = 0; ms < lengthMs; ms += PIECE_MS) {
    await clock.sleep(PIECE_MS);
    yield piece;
  }
}

/** The same all at once. */
export async function* fileSilence(lengthMs: number) {
  const piece = new Uint8Array(PIECE_MS * 16);
  for (let ms = 0; ms < lengthMs; ms += PIECE_MS) yield await Promise.resolve(piece);
}
