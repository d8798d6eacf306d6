import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { projectRoot } from '../../../local/system/project-root';
import { WorkerFleet } from '../../../local/system/worker-fleet';
import type { WorkerFleetOptions } from '../../../local/system/worker-fleet';

const GENTLE = `
  process.on('SIGTERM', () => process.exit(0));
  setInterval(() => {}, 1000);
  console.log('up ' + process.env.NAME);
`;

function workerFile(source: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'fleet-')), 'worker.cjs');
  writeFileSync(file, source);
  return file;
}

/** A fleet and a promise of the next line that any of its workers prints. */
function prepare(source: string, more: Partial<WorkerFleetOptions> = {}) {
  const waiting: ((line: string) => void)[] = [];
  const fleet = new WorkerFleet({
    workerFile: workerFile(source),
    env: { PATH: process.env.PATH ?? '', NAME: 'fleet' },
    onLine: (line) => waiting.shift()?.(line),
    ...more,
  });
  return { fleet, nextLine: () => new Promise<string>((resolve) => waiting.push(resolve)) };
}

describe('a fleet of workers', () => {
  it('runs the bundle with its environment until it is stopped', async () => {
    const { fleet, nextLine } = prepare(GENTLE);
    const line = nextLine();
    const worker = fleet.start();

    expect(await line).toBe('up fleet');
    await fleet.stop();

    expect(worker.alive).toBe(false);
    expect(existsSync(`/proc/${worker.pid}`)).toBe(false);
  });

  it('stops a worker that was suspended', async () => {
    const { fleet, nextLine } = prepare(GENTLE);
    const line = nextLine();
    const worker = fleet.start();
    await line;
    worker.signal('SIGSTOP');

    await fleet.stop();

    expect(worker.alive).toBe(false);
  });

  it('replaces a worker that ends by itself, with the same environment', async () => {
    const losses: string[] = [];
    const { fleet, nextLine } = prepare(GENTLE, { onLoss: (_pid, how) => losses.push(how) });
    const first = nextLine();
    const worker = fleet.start({ NAME: 'one' });
    await first;
    const second = nextLine();
    worker.signal('SIGKILL');

    expect(await second).toBe('up one');
    expect(losses).toEqual(['SIGKILL']);
    expect(fleet.workers).toHaveLength(1);
    await fleet.stop();
  });

  it('does not start a worker again whose configuration is wrong', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    const { fleet } = prepare('process.exit(2)');
    const worker = fleet.start();

    await worker.exited;
    jest.runAllTimers();

    expect(fleet.workers).toEqual([]);
    jest.useRealTimers();
  });

  it('says what to do when there is no bundle', () => {
    expect(() => new WorkerFleet({ workerFile: '/nowhere/main.cjs', env: {} })).toThrow(
      'npm run build',
    );
  });
});

it('ends a worker whose parent was killed', async () => {
  const watch = join(projectRoot(), 'local/system/parent-watch.cjs');
  const source = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['--require', ${JSON.stringify(watch)}, process.argv[2]],
      { stdio: ['pipe', 'inherit', 'inherit'] });
    setInterval(() => {}, 1000);
  `;
  const worker = workerFile(`console.log(process.pid); ${GENTLE}`);
  const parent = spawn(process.execPath, [workerFile(source), worker], { stdio: 'pipe' });
  const lines = createInterface({ input: parent.stdout });
  const pid = await new Promise<string>((resolve) => lines.once('line', resolve));

  parent.kill('SIGKILL');

  while (existsSync(`/proc/${pid}`)) await new Promise((done) => setTimeout(done, 10));
});
