import { randomUUID } from 'node:crypto';

import type { Recogniser, Recognition } from '../../../local/recognisers/recogniser';
import { createScriptEngine } from '../../../local/recognisers/script';
import type { SessionSettings } from '../../../local/transcribe/request-headers';
import { ResultWriter } from '../../../local/transcribe/results';
import { SAMPLE_RATE_HZ } from './audio';

/** The script speaks in steps: two partials a second. */
export const STEP_SAMPLES = SAMPLE_RATE_HZ / 2;
/** A final every so many steps. */
export const STEPS_PER_FINAL = 20;
/** Beyond so many steps (an hour) results are no longer shared, but made again. */
const MAX_STEPS = 7_200;
/** Only its length matters to the script. */
const STEP = new Int16Array(STEP_SAMPLES);

/** What the recogniser `script` says of one channel, encoded once and shared by all sessions. */
export class ScriptResults {
  readonly #messages: (Buffer | undefined)[] = [];
  readonly #recogniser: Recogniser;
  #latest: Buffer | undefined;

  constructor(
    private readonly settings: SessionSettings,
    private readonly channelId: string,
  ) {
    const writer = new ResultWriter(settings, channelId, randomUUID);
    this.#recogniser = this.#open((recognition) => (this.#latest = writer.encode(recognition)));
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
    const writer = new ResultWriter(this.settings, this.channelId, randomUUID);
    let last: Recognition | undefined;
    let isOver = false;
    const recogniser = this.#open((recognition) => {
      if (isOver) last = recognition;
    });
    for (let at = 0; at < heardSamples; at += STEP_SAMPLES) {
      void recogniser.push(STEP.subarray(0, Math.min(STEP_SAMPLES, heardSamples - at)));
    }
    isOver = true;
    void recogniser.finish();
    return last && writer.encode(last);
  }

  #open(onRecognition: (recognition: Recognition) => void): Recogniser {
    const { sampleRateHz, languageCode } = this.settings;
    // The script opens at once: it waits for nothing.
    return createScriptEngine().open({ sampleRateHz, languageCode, onRecognition }) as Recogniser;
  }
}
