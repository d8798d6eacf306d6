import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { projectRoot } from './project-root';

export interface EmulatorThread {
  /** Where the emulator listens on 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Runs one emulator in a thread of its own: its work does not delay the stand-ins' event loop.
 * `file` is a plain module, relative to the clone, that posts `{ port }` or `{ error }` and ends
 * on any message. When the thread dies later, `onDeath` is told why.
 */
export function startEmulatorThread(
  file: string,
  data: unknown,
  onDeath: (reason: Error) => void,
): Promise<EmulatorThread> {
  const thread = new Worker(join(projectRoot(), file), { workerData: data, stdout: true });
  // Until it is up, and once it is to close, its end is no surprise.
  let closing = true;
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    closing = true;
    thread.postMessage('close');
    await ended;
  };
  return new Promise((resolve, reject) => {
    thread.once('message', (message: { port: number } | { error: string }) => {
      if ('error' in message) {
        reject(new Error(message.error));
        return;
      }
      closing = false;
      resolve({ port: message.port, close });
    });
    thread.on('error', (reason) => {
      const error = reason instanceof Error ? reason : new Error(String(reason));
      reject(error);
      if (!closing) onDeath(error);
    });
    thread.once('exit', (code) => {
      const error = new Error(`the thread of ${file} ended with code ${code}`);
      reject(error);
      if (!closing) onDeath(error);
    });
  });
}
