/** The emulator's own queue URLs bear a host name that does not resolve. */
const EMULATOR_URL = /http:\/\/sqs\.[^/"]+\/(\d+)\/([\w.-]+)/g;

/**
 * Translates queue URLs between the emulator (`http://sqs.us-east-1.localhost:PORT/…`) and our
 * clients (`http://127.0.0.1:PORT/…`), so that an unmodified SDK client reaches the queue.
 */
export class QueueUrls {
  /** Queue name to the emulator's URL; as many entries as there are queues. */
  readonly #inside = new Map<string, string>();

  constructor(private readonly ourUrl: () => string) {}

  /** Replaces every emulator URL in a reply, and remembers it. */
  outward(json: string): string {
    return json.replace(EMULATOR_URL, (url, account: string, name: string) => {
      this.#inside.set(name, url);
      return `${this.ourUrl()}/${account}/${name}`;
    });
  }

  /** The emulator's URL for one a client gave; an unknown one is passed as it is. */
  inward(queueUrl: string): string {
    return this.#inside.get(queueName(queueUrl)) ?? queueUrl;
  }
}

/** The last part of a queue's URL. */
export function queueName(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}
