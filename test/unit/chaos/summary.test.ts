import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Summary } from '../../chaos/campaign/summary';
import type { Task } from '../../chaos/campaign/tasks';

const task = (title: string): Task => ({ part: 'matrix', title, args: ['--only', title] });

async function folderWith(...outcomes: readonly (readonly [string, readonly string[]])[]) {
  const folder = await mkdtemp(join(tmpdir(), 'summary-'));
  const summary = new Summary(folder);
  for (const [title, problems] of outcomes) await summary.add({ task: task(title), problems });
  return folder;
}

describe('Summary', () => {
  it('can be read after every run', async () => {
    const folder = await folderWith(['fin', []], ['stall', ['stall struck 3 calls only']]);

    expect(await readFile(join(folder, 'summary.txt'), 'utf8')).toContain('stall struck 3 calls');
  });

  it('leaves to be run what is new and what failed', async () => {
    const folder = await folderWith(['fin', []], ['stall', ['exit code 1']]);

    const left = await new Summary(folder).resume([task('fin'), task('stall'), task('goaway')]);

    expect(left.map(({ title }) => title)).toEqual(['stall', 'goaway']);
  });

  it('keeps what another part of the campaign has left', async () => {
    const folder = await folderWith(['fin', []], ['stall', ['exit code 1']]);
    const summary = new Summary(folder);

    await summary.resume([task('goaway')]);

    expect(summary.outcomes.map((outcome) => outcome.task.title)).toEqual(['fin', 'stall']);
  });

  it('runs again what is asked for with other arguments, whatever became of it', async () => {
    const folder = await folderWith(['fin', []], ['stall', ['exit code 1']]);
    const summary = new Summary(folder);
    const longer = (title: string) => ({ ...task(title), args: ['--only', title, '--calls', '9'] });

    const left = await summary.resume([longer('fin'), longer('stall')]);

    expect(left.map(({ title }) => title)).toEqual(['fin', 'stall']);
    expect(summary.outcomes).toEqual([]);
  });
});
