import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../../local/system/project-root';
import type { Figure } from './figures';

/** Half a minute on a machine that has nothing else to do; other tests may run beside it. */
const LIMIT_MS = 300_000;
/** What stands for a part of a name in the document, and what may stand there in a figure. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/\./g, '\\.'],
  [/MODE/g, '(?:cleartext|tls)'],
  [/\bN\b/g, '\\d+'],
  [/SIZE/g, '(?:1024|320)'],
  [/PACKAGE/g, '(?:ebml|ebml-stream|ts-ebml|mediabunny|plain-copy)'],
];

describe('npm run bench -- --quick', () => {
  let code: number | null;
  let figures: Figure[];
  let errors: string;

  beforeAll(async () => {
    const root = projectRoot();
    const command = [join(root, 'test/bench/bench.mjs'), '--quick', '--json'];
    const child = spawn(process.execPath, command, { cwd: root });
    const output: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => complaints.push(bytes));
    code = await new Promise((resolve) => child.once('close', resolve));
    errors = Buffer.concat(complaints).toString('utf8');
    const lines = Buffer.concat(output).toString('utf8').split('\n');
    figures = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Figure);
  }, LIMIT_MS);

  it('runs every bench to its end', () => {
    expect({ code, errors: code === 0 ? '' : errors }).toEqual({ code: 0, errors: '' });
  });

  it('gives figures that are whole', () => {
    for (const figure of figures) {
      expect(Object.keys(figure)).toEqual(['name', 'value', 'unit', 'target', 'met']);
      expect(figure.value === null || Number.isFinite(figure.value)).toBe(true);
    }
  });

  it('loses nothing of any call', () => {
    const lost = figures.filter(({ name }) => /\.lost$/.test(name));
    expect(lost.length).toBeGreaterThan(4);
    expect(lost.filter(({ value }) => value !== 0)).toEqual([]);
  });

  it('names its figures as docs/performance.md lists them, each exactly once', () => {
    const patterns = documentedNames().map(patternOf);
    for (const { name } of figures) {
      const fitting = patterns.filter((pattern) => pattern.test(name));
      expect({ name, times: fitting.length }).toEqual({ name, times: 1 });
    }
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
  });

  it('gives every figure that is listed, but those that need 1000 calls and 2000', () => {
    const missing = documentedNames().filter(
      (name) => !figures.some((figure) => patternOf(name).test(figure.name)),
    );
    expect(missing).toEqual(['calls.MODE.cpu-per-call-2000-to-1000']);
  });
});

/** First cells of the table under "Figures". */
function documentedNames(): string[] {
  const text = readFileSync(join(projectRoot(), 'docs/performance.md'), 'utf8');
  const section = text.slice(text.indexOf('\n## Figures\n')).split('\n## ')[1] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
}

function patternOf(name: string): RegExp {
  const source = PARTS.reduce((text, [part, standsFor]) => text.replace(part, standsFor), name);
  return new RegExp(`^${source}$`);
}
