import type { Recogniser, Recognition } from '../../../local/recognisers/recogniser';
import { createScriptEngine } from '../../../local/recognisers/script';
import { SAMPLE_RATE_HZ } from './audio';
import { TranscriptEvents } from './transcript-event';

/** The script speaks in steps: two partials a second. */
export const STEP_SAMPLES = SAMPLE_RATE_HZ / 2;
/** A final every so many steps. */
export const STEPS_PER_FINAL = 20;
/** Results are shared up to so many steps (an hour); no bench's session is longer. */
const MAX_STEPS = 7_200;
/** Only its length matters to the script. */
const STEP = new Int16Array(STEP_SAMPLES);

/** What the recogniser `script` says of one channel, encoded once and shared by all sessions. */
export class ScriptResults {
  readonly #messages: (Buffer | undefined)[] = [];
  readonly #recogniser: Recogniser;
  #latest: Buffer | undefined;

  constructor(private readonly channelId: string) {
    const events = new TranscriptEvents(channelId);
    this.#recogniser = open((recognition) => (this.#latest = events.encode(recognition)));
  }

  /** The result of a step, counted from 0; undefined: nothing was said in it yet. */
  step(index: number): Buffer | undefined {
    if (index >= MAX_STEPS) throw new Error('a session of more than an hour');
    while (this.#messages.length <= index) {
      this.#latest = undefined;
      void this.#recogniser.push(STEP);
      this.#messages.push(this.#latest);
    }
    return this.#messages[index];
  }

  /** The final of what had been said since the last one when the session ended. */
  lastFinal(heardSamples: number): Buffer | undefined {
    let last: Recognition | undefined;
    let isOver = false;
    const recogniser = open((recognition) => {
      if (isOver) last = recognition;
    });
    for (let at = 0; at < heardSamples; at += STEP_SAMPLES) {
      void recogniser.push(STEP.subarray(0, Math.min(STEP_SAMPLES, heardSamples - at)));
    }
    isOver = true;
    void recogniser.finish();
    return last && new TranscriptEvents(this.channelId).encode(last);
  }
}

function open(onRecognition: (recognition: Recognition) => void): Recogniser {
  // The script opens at once: it waits for nothing.
  return createScriptEngine().open({
    sampleRateHz: SAMPLE_RATE_HZ,
    languageCode: 'en-US',
    onRecognition,
  }) as Recogniser;
}
