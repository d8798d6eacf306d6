import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { localEnvironment, processStart } from '../../../local/cli/environment';

const SYSTEM = { CALLS_TABLE: 'Calls', AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local' };

function folderWith(state: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'environment-'));
  mkdirSync(join(folder, '.callscribe'));
  writeFileSync(join(folder, '.callscribe/local.json'), JSON.stringify(state));
  return folder;
}

const ofThisProcess = { pid: process.pid, processStart: processStart(process.pid), env: SYSTEM };

describe('the environment of a command', () => {
  it('is that of the system running in the folder, without what would outrank it', () => {
    const given = { HOME: '/home', AWS_REGION: 'eu-west-1', AWS_PROFILE: 'work' };

    const env = localEnvironment(given, folderWith(ofThisProcess));

    expect(env).toEqual({ HOME: '/home', ...SYSTEM });
  });

  it('is the given one alone when that names a system', () => {
    const given = { CALLS_TABLE: 'Other', AWS_REGION: 'eu-west-1' };

    expect(localEnvironment(given, folderWith(ofThisProcess))).toEqual(given);
  });

  it.each([
    ['nothing runs', mkdtempSync(join(tmpdir(), 'environment-'))],
    ['its process is gone', folderWith({ ...ofThisProcess, pid: 2 ** 22 - 1 })],
    ['its process id is used by another', folderWith({ ...ofThisProcess, processStart: '1' })],
    ['the file is none of ours', folderWith({ pid: 'x' })],
  ])('is the given one when %s', (_name, folder) => {
    expect(localEnvironment({ HOME: '/home' }, folder)).toEqual({ HOME: '/home' });
  });
});
