import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import { projectRoot } from '../../../local/system/project-root';
import { OTHER_CORE, pinned } from './pin';

/** Asks a process of ours something; it answers with one message. */
type Ask = (method: string, ...args: readonly unknown[]) => Promise<unknown>;

/** What a role's process answers to, by name. */
export type RoleMethods = Readonly<Record<string, (...args: never[]) => unknown>>;

interface Question {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/** The methods of a role as its starter sees them. */
export type Remote<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

export interface Role<Methods> {
  readonly pid: number;
  readonly name: string;
  readonly ask: Remote<Methods>;
  stop(): Promise<void>;
}

/** Not what `npm run bench` runs: that would build again when a source was changed meanwhile. */
const BUNDLE = 'dist/bench/bench.mjs';

/**
 * The services throw away as fast as they make, tens of megabytes of buffers a second: with little
 * room for what is new that is seen early, instead of by three collections of the whole heap a
 * second, whose pauses would be measured as the worker's lateness (45 ms at 1000 calls).
 */
const ROLE_FLAGS = ['--max-semi-space-size=2'];

export interface RoleOptions {
  /** Beside that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node's, in place of those for services. */
  readonly flags?: readonly string[];
}

/** Starts our bundle again as `--role NAME`, on the core of the stand-ins unless told otherwise. */
export function startRole<Methods>(
  name: string,
  core = OTHER_CORE,
  { env = {}, flags = ROLE_FLAGS }: RoleOptions = {},
): Role<Methods> {
  const [file, ...args] = pinned(core, [
    process.execPath,
    ...flags,
    join(projectRoot(), BUNDLE),
    '--role',
    name,
  ]);
  const child = spawn(file, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  const ask = asker(child, name);
  return {
    pid: child.pid ?? 0,
    name,
    ask: new Proxy({} as Remote<Methods>, {
      get:
        (_target, method) =>
        (...given: unknown[]) =>
          ask(String(method), ...given),
    }),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

/** Answers the starter's questions; ends with it. */
export function serveRole(methods: RoleMethods): void {
  process.once('disconnect', () => process.exit(0));
  process.on('message', (question: Question) => {
    void answer(methods, question).then((reply) => process.send?.(reply));
  });
}

async function answer(methods: RoleMethods, { id, method, args }: Question): Promise<Answer> {
  try {
    const call = methods[method] as ((...given: readonly unknown[]) => unknown) | undefined;
    if (call === undefined) throw new Error(`no method "${method}"`);
    return { id, value: await call(...args) };
  } catch (reason) {
    return { id, error: reason instanceof Error ? (reason.stack ?? reason.message) : 'failed' };
  }
}

function asker(child: ChildProcess, name: string): Ask {
  const waiting = new Map<number, (reply: Answer) => void>();
  let lastId = 0;
  child.on('message', (reply: Answer) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  // A question to a process that has just ended; the end itself settles it.
  child.on('error', () => undefined);
  child.once('exit', (code) => {
    for (const [id, settle] of waiting) settle({ id, error: `${name} ended (${String(code)})` });
    waiting.clear();
  });
  return (method, ...args) =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error(`${name} has ended`));
      const id = (lastId += 1);
      waiting.set(id, (reply) => {
        if ('error' in reply) reject(new Error(`${name}.${method}: ${reply.error}`));
        else resolve(reply.value);
      });
      child.send({ id, method, args } satisfies Question);
    });
}
