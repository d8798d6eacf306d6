import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { projectRoot } from '../../../local/system/project-root';

interface Machine {
  /** Exit codes of commands; those not named are not there. */
  readonly npm: number;
  readonly aptGet?: number;
  readonly sudo?: number;
  readonly userId: number;
  /** Debian packages that are installed. */
  readonly installed?: readonly string[];
}

const FRESH_DEBIAN: Machine = { npm: 0, aptGet: 0, userId: 0 };
const ALL = ['libpocketsphinx3', 'pocketsphinx-en-us', 'flite', 'asterisk-core-sounds-en-wav'];

/** Runs the script with nothing but fake commands, each noting how it was called. */
function setUp(machine: Machine, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'setup-test-'));
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const command = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const noting = (code: number): string =>
    `echo "$(/usr/bin/basename "$0") $*" >> ${calls}; exit ${code}`;
  command('npm', noting(machine.npm));
  command('id', `echo ${machine.userId}`);
  command('dirname', 'exec /usr/bin/dirname "$@"');
  command('env', 'exec /usr/bin/env "$@"');
  const installed = (machine.installed ?? []).map(
    (name) => `*" ${name}") echo install ok installed;;`,
  );
  command('dpkg-query', `case "$*" in ${installed.join(' ')} *) exit 1;; esac`);
  if (machine.aptGet !== undefined) command('apt-get', noting(machine.aptGet));
  if (machine.sudo !== undefined) {
    command('sudo', `[ ${machine.sudo} -eq 0 ] || exit 1; shift; exec "$@"`);
    command('true', 'exit 0');
  }
  const script = join(projectRoot(), 'local/setup.sh');
  const { status, stdout, stderr } = spawnSync('/bin/sh', [script, ...args], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
  const called = readFileSync(calls, 'utf8').trim().split('\n');
  rmSync(folder, { recursive: true });
  return { status, output: stdout + stderr, called };
}

describe('local/setup.sh', () => {
  it('installs both kinds of packages as root', () => {
    const { status, called } = setUp(FRESH_DEBIAN);

    expect(status).toBe(0);
    expect(called).toEqual([
      'npm ci --ignore-scripts --no-audit --no-fund',
      'apt-get update -q',
      `apt-get install -q -y --no-install-recommends ${ALL.join(' ')}`,
    ]);
  });

  it('uses sudo where that needs no password', () => {
    const { called } = setUp({ ...FRESH_DEBIAN, userId: 1000, sudo: 0 });

    expect(called).toHaveLength(3);
  });

  it('prints the line to run where it may not install', () => {
    const { status, output, called } = setUp({ ...FRESH_DEBIAN, userId: 1000, sudo: 1 });

    expect(status).toBe(0);
    expect(called).toHaveLength(1);
    expect(output).toContain(
      `sudo apt-get update && sudo apt-get install --no-install-recommends -y ${ALL.join(' ')}\n`,
    );
  });

  it('installs only what is missing', () => {
    const { called } = setUp({ ...FRESH_DEBIAN, installed: ALL.slice(0, 3) });

    expect(called.at(-1)).toBe(
      'apt-get install -q -y --no-install-recommends asterisk-core-sounds-en-wav',
    );
  });

  it('leaves Debian alone when everything is there', () => {
    const { called } = setUp({ ...FRESH_DEBIAN, installed: ALL });

    expect(called).toHaveLength(1);
  });

  it('leaves Debian alone with --no-voices', () => {
    const { status, called } = setUp(FRESH_DEBIAN, '--no-voices');

    expect([status, called.length]).toEqual([0, 1]);
  });

  it('names the packages where there is no apt-get', () => {
    const { status, output } = setUp({ npm: 0, userId: 0 });

    expect(status).toBe(0);
    expect(output).toContain(ALL.join(' '));
  });

  it('succeeds when Debian packages cannot be installed, and says so', () => {
    const { status, output } = setUp({ ...FRESH_DEBIAN, aptGet: 100 });

    expect(status).toBe(0);
    expect(output).toContain('that failed');
  });

  it('fails when npm fails', () => {
    const { status, called } = setUp({ ...FRESH_DEBIAN, npm: 1 });

    expect([status, called.length]).toEqual([1, 1]);
  });

  it('refuses options that it does not know', () => {
    const { status, output } = setUp(FRESH_DEBIAN, '--voices');

    expect(status).toBe(2);
    expect(output).toContain('usage');
  });
});
