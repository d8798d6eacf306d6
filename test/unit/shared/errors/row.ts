import type { Service } from '../../../../shared/errors/failure';

/** How one failure of the table is brought about, and what the error then has to be. */
export interface Row {
  /** Id in the table. */
  readonly failure: string;
  readonly service: Service;
  /** Name that the message shows. */
  readonly name: string | RegExp;
  /** IAM action that the message has to name, where the service says which one is missing. */
  readonly action?: string;
  /** Resolves with what was thrown: by a client that met it, or by our code around that client. */
  provoke(): Promise<unknown>;
}

/** What the promise rejects with; a promise that is fulfilled fails the test. */
export async function thrownBy(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (reason) {
    return reason;
  }
  throw new Error('nothing was thrown');
}
