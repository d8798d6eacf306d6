import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createProgram } from '../../local/cli/main';
import { randomSymbols, renderDtmf, seededRandom } from '../../local/dtmf/dtmf';
import { encodeWav } from '../../local/media/wav-writer';
import { projectRoot } from '../../local/system/project-root';
import { freshFolder, startLocal } from '../support/callscribe';
import { documentedCommands } from '../support/documented-commands';

jest.setTimeout(60_000);

const commands = documentedCommands();
const startingWith = (words: string): string[] => [
  ...new Set(commands.map(({ line }) => line).filter((line) => line.startsWith(`${words} `))),
];

describe('the commands in README.md and docs', () => {
  it.each(startingWith('npx callscribe'))('`%s` has a command and options that exist', (line) => {
    const [, , name = '', ...words] = line.split(/\s+/);
    const command = createProgram().commands.find((each) => each.name() === name);
    const required = command?.registeredArguments.filter((argument) => argument.required) ?? [];

    const { operands, unknown } = command?.parseOptions(words) ?? {};

    expect(unknown).toEqual([]);
    expect(operands?.length).toBeGreaterThanOrEqual(required.length);
    expect(operands?.length).toBeLessThanOrEqual(command?.registeredArguments.length ?? 0);
  });

  it.each(startingWith('npm run'))('`%s` is a script', (line) => {
    const file = readFileSync(join(projectRoot(), 'package.json'), 'utf8');
    const { scripts } = JSON.parse(file) as { scripts: Record<string, string> };

    expect(Object.keys(scripts)).toContain(line.split(/\s+/)[2]);
  });

  it.each([...startingWith('node'), ...startingWith('sh')])('`%s` runs a file', (line) => {
    const [, file = ''] = line.split(/\s+/);

    // What is in dist comes from a build.
    const source = file.replace(/^dist\/(\w+)\/(\w+)\.cjs$/, 'functions/$1/$2.ts');
    expect(existsSync(join(projectRoot(), source))).toBe(true);
  });

  it('are found', () => {
    expect(startingWith('npx callscribe').length).toBeGreaterThan(5);
    expect(startingWith('npm run')).toContain('npm run check');
  });
});

it('gives the transcript of a recording by the lines of the quickstart', async () => {
  const symbols = randomSymbols(30, seededRandom(4));
  const tone = { symbols, toneMs: 50, pauseMs: 50, sampleRateHz: 8000, amplitudeDbfs: -9 };
  const wav = encodeWav({ sampleRateHz: 8000, channels: [renderDtmf(tone).samples] });
  // The first line is `npx callscribe local &`; somebody at a terminal waits for its word, too.
  const local = await startLocal();
  writeFileSync(join(local.cwd, 'recording.wav'), wav);
  const quickstart = commands
    .filter(({ page, line }) => page === 'README.md' && line.startsWith('npx callscribe'))
    .map(({ line }) => line);
  const after = quickstart.slice(quickstart.indexOf('npx callscribe local') + 1);

  const output = await runShell(after.join(' && '), local.cwd);

  await local.stop();
  const heard = output.split('\n').flatMap((line) => /Caller: +(.*)$/.exec(line)?.[1] ?? []);
  expect(after).toHaveLength(2);
  expect(heard.join('').replaceAll(' ', '')).toBe(symbols);
});

/** Runs a line as a shell in the clone would; resolves to what it printed. */
function runShell(line: string, cwd: string): Promise<string> {
  const bin = freshFolder();
  const npx = join(bin, 'npx');
  const callscribe = join(projectRoot(), 'local/cli/callscribe.mjs');
  writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${callscribe}" "$@"\n`);
  chmodSync(npx, 0o755);
  const child = spawn('/bin/sh', ['-c', line], {
    cwd,
    env: { PATH: `${bin}:${process.env.PATH ?? ''}`, HOME: process.env.HOME ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => child.once('close', () => resolve(output)));
}
