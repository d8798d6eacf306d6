import type { Item, Result } from '@aws-sdk/client-transcribe-streaming';

import { isAt, positionOf, RATE_HZ, type Talk, type Word } from './coded-audio';

/** An utterance ends after so much silence, or with the word that makes it so long. */
const PAUSE_MS = 400;
const LONGEST_MS = 5_000;

interface HeardWord {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Recognises coded audio: words that it hears whole, by name, and pieces of words as "?". Checks
 * of each sample that it is the one after the sample before.
 */
export class CodedEar {
  readonly nonsense: string[] = [];
  readonly #channels: ChannelEar[];

  constructor(
    talk: Talk,
    private readonly name: string,
  ) {
    this.#channels = talk.map((words) => new ChannelEar(words, this.nonsense));
  }

  hear(samples: Int16Array): Result[] {
    const stride = this.#channels.length;
    return this.#channels.flatMap((ear, channel) => {
      for (let i = channel; i < samples.length; i += stride) ear.hear(samples[i] as number);
      return ear.takeFinals().map((words) => this.#result(words, channel));
    });
  }

  /** No more audio comes. */
  flush(): Result[] {
    return this.#channels.flatMap((ear, channel) => {
      ear.stop();
      return ear.takeFinals().map((words) => this.#result(words, channel));
    });
  }

  #result(words: readonly HeardWord[], channel: number): Result {
    const seconds = (sample: number) => sample / RATE_HZ;
    const items = words.map(({ text, from, to }): Item => ({
      Content: text,
      Type: 'pronunciation',
      StartTime: seconds(from),
      EndTime: seconds(to),
    }));
    return {
      ResultId: `${this.name}-${channel}-${words[0]?.from}`,
      IsPartial: false,
      StartTime: items[0]?.StartTime,
      EndTime: items.at(-1)?.EndTime,
      ...(this.#channels.length > 1 ? { ChannelId: `ch_${channel}` } : {}),
      Alternatives: [{ Transcript: words.map(({ text }) => text).join(' '), Items: items }],
    };
  }
}

class ChannelEar {
  /** Samples heard; the session's own clock. */
  #now = 0;
  #run: number[] = [];
  #utterance: HeardWord[] = [];
  #finals: HeardWord[][] = [];
  #silence = 0;

  constructor(
    private readonly words: readonly Word[],
    private readonly nonsense: string[],
  ) {}

  hear(sample: number): void {
    this.#now += 1;
    if (sample !== 0) {
      this.#run.push(sample);
      this.#silence = 0;
      return;
    }
    this.#endWord(this.#now - 1);
    this.#silence += 1;
    const first = this.#utterance[0];
    if (first === undefined) return;
    const isLong = this.#now - first.from >= LONGEST_MS;
    if (isLong || this.#silence >= PAUSE_MS) this.#endUtterance();
  }

  stop(): void {
    this.#endWord(this.#now);
    this.#endUtterance();
  }

  takeFinals(): HeardWord[][] {
    return this.#finals.splice(0);
  }

  #endWord(to: number): void {
    const run = this.#run;
    if (run.length === 0) return;
    this.#run = [];
    const from = to - run.length;
    const position = positionOf(run);
    // Nobody hears a faint onset that is cut off from its word.
    if (position === undefined) return;
    const wrong = run.findIndex((sample, index) => !isAt(sample, position + index));
    if (wrong >= 0) this.nonsense.push(`sample ${position + wrong} is none after ${position}`);
    const word = this.words.find((each) => each.from === position);
    const isWhole = word !== undefined && word.to - word.from === run.length;
    this.#utterance.push({ text: isWhole ? `w${position}` : '?', from, to });
  }

  #endUtterance(): void {
    if (this.#utterance.length > 0) this.#finals.push(this.#utterance);
    this.#utterance = [];
  }
}
