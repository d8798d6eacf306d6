import type { RecogniserEngine } from '../../../local/recognisers/recogniser';
import type { SequenceIndex } from '../judge/sequence-index';

/**
 * Finds out which call a Transcribe session belongs to, by what is said in it: the service is
 * told no call id. Wraps the recogniser that listens behind the stand-in.
 */
export class SessionListener {
  readonly #callBySession = new Map<string, string>();
  #current: string | undefined;

  constructor(private readonly index: SequenceIndex) {}

  /** The stand-in is about to open the recognisers of this session. */
  opening(sessionId: string): void {
    this.#current = sessionId;
  }

  /** Known once a handful of symbols was heard. */
  callOf(sessionId: string): string | undefined {
    return this.#callBySession.get(sessionId);
  }

  wrap(engine: RecogniserEngine): RecogniserEngine {
    return {
      ...engine,
      open: (options) => {
        const sessionId = this.#current;
        return engine.open({
          ...options,
          onRecognition: (recognition) => {
            if (sessionId !== undefined && !this.#callBySession.has(sessionId)) {
              const owner = this.index.ownerOf(recognition.words.map(({ text }) => text));
              if (owner !== undefined) this.#callBySession.set(sessionId, owner);
            }
            options.onRecognition(recognition);
          },
        });
      },
    };
  }
}
