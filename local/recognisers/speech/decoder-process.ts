import { fork } from 'node:child_process';

import type { FromDecoder, ToDecoder } from './messages';

/** A running decoder process, as far as its recogniser needs it. */
export interface DecoderProcess {
  send(message: ToDecoder): void;
  onMessage(listener: (message: FromDecoder) => void): void;
  /** Called once, with what is known of the reason: `signal SIGSEGV`, `exit code 1`, … */
  onEnd(listener: (reason: string) => void): void;
  /** Ends it at once; harmless when it has ended. */
  kill(): void;
}

/** Starts a bundled entry that calls `serveDecoder`. */
export function startDecoderProcess(path: string): DecoderProcess {
  const child = fork(path, [], {
    serialization: 'advanced',
    // Flags of the parent (a debugger, a test runner) and its credentials are none of its business.
    execArgv: [],
    env: pick(process.env, ['PATH', 'LD_LIBRARY_PATH']),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    send(message) {
      // A process that has ended says so through `onEnd`; a failed send has nothing to add.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage(listener) {
      child.on('message', (message) => listener(message as FromDecoder));
    },
    onEnd(listener) {
      child.once('error', (reason) => listener(reason.message));
      child.once('exit', (code, signal) => {
        listener(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`);
      });
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}
