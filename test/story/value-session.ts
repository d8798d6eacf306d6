import type { Result } from '@aws-sdk/client-transcribe-streaming';

import type {
  OpenSession,
  SessionSettings,
  TranscribeSession,
} from '../../functions/worker/transcribe/session';
import { CallscribeError } from '../../shared/errors';
import { Mailbox } from '../../shared/mailbox';

/** A final comes after so much silence, as from the stand-ins' recognisers. */
const PAUSE_MS = 400;
/** The service names our channels so, in the order in which they are interleaved. */
const CHANNEL_IDS = ['ch_0', 'ch_1'];
/** Sample values of words: far above the silence threshold. */
const BASE_VALUE = 1_000;

/** Where a word is said: every sample of it has the same value, which is the word. */
export interface SpokenWord {
  /** 1 to 9999. */
  readonly word: number;
  readonly startSample: number;
  readonly endSample: number;
}

/** Mono 16-bit PCM of words between silence. */
export function speak(words: readonly SpokenWord[], sampleCount: number): Int16Array {
  const samples = new Int16Array(sampleCount);
  for (const { word, startSample, endSample } of words) {
    samples.fill(BASE_VALUE + word, startSample, endSample);
  }
  return samples;
}

interface Heard {
  readonly words: SpokenWord[];
  value: number;
  since: number;
}

/**
 * A session that hears words exactly, from their first sample to their last: what is lost,
 * repeated or shifted on the way shows. It sends partials with every word, and a final after a
 * pause or at the end.
 */
class ValueSession implements TranscribeSession {
  readonly accepted = Promise.resolve(true);
  /** The service breaks off when it has come so far. */
  failAtSample = Infinity;
  readonly #out = new Mailbox<Result[]>();
  readonly #heard: Heard[];
  #position = 0;
  #results = 0;
  #ended = false;

  constructor(private readonly settings: SessionSettings) {
    const channels = Array.from({ length: settings.channelCount });
    this.#heard = channels.map(() => ({ words: [], value: 0, since: 0 }));
  }

  get results(): AsyncIterable<readonly Result[]> {
    return this.#out;
  }

  write(bytes: Uint8Array): Promise<void> {
    const { channelCount } = this.settings;
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    for (let i = 0; i < samples.length; i += channelCount, this.#position++) {
      this.#heard.forEach((heard, channel) => this.#hear(heard, channel, samples[i + channel]!));
    }
    if (this.#position >= this.failAtSample) this.#fail('reset');
    return Promise.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#heard.forEach((heard, channel) => {
      this.#wordEnds(heard, channel);
      this.#send(heard, channel, false);
    });
    this.#out.close();
  }

  abort(): void {
    this.#fail('let go');
  }

  #fail(how: string): void {
    if (this.#ended) return;
    this.#out.fail(new CallscribeError('session-failed', how, { retryable: true }));
  }

  #hear(heard: Heard, channel: number, value: number): void {
    if (value !== heard.value) {
      this.#wordEnds(heard, channel);
      heard.value = value;
      heard.since = this.#position;
    }
    const last = heard.words.at(-1);
    const pause = (PAUSE_MS * this.settings.sampleRateHz) / 1000;
    if (value === 0 && last !== undefined && this.#position - last.endSample >= pause) {
      this.#send(heard, channel, false);
    }
  }

  #wordEnds(heard: Heard, channel: number): void {
    if (heard.value === 0) return;
    const word = heard.value - BASE_VALUE;
    heard.words.push({ word, startSample: heard.since, endSample: this.#position });
    heard.value = 0;
    this.#send(heard, channel, true);
  }

  #send(heard: Heard, channel: number, isPartial: boolean): void {
    const [first, last] = [heard.words[0], heard.words.at(-1)];
    if (first === undefined || last === undefined) return;
    const seconds = (sample: number) => sample / this.settings.sampleRateHz;
    this.#out.push([
      {
        ResultId: `result-${(this.#results += isPartial ? 0 : 1)}`,
        ...(this.settings.channelCount === 2 ? { ChannelId: CHANNEL_IDS[channel] } : {}),
        IsPartial: isPartial,
        StartTime: seconds(first.startSample),
        EndTime: seconds(last.endSample),
        Alternatives: [
          {
            Transcript: heard.words.map(({ word }) => word).join(' '),
            Items: heard.words.map(({ word, startSample, endSample }) => ({
              Content: String(word),
              Type: 'pronunciation' as const,
              StartTime: seconds(startSample),
              EndTime: seconds(endSample),
              Confidence: 1,
            })),
          },
        ],
      },
    ]);
    if (!isPartial) heard.words.length = 0;
  }
}

/** Opens such sessions; `onOpen` sees each, to let it fail for example. */
export function valueSessions(onOpen: (session: ValueSession) => void = () => undefined) {
  const open: OpenSession = (settings) => {
    const session = new ValueSession(settings);
    onOpen(session);
    return session;
  };
  return open;
}
