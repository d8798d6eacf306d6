import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What tests, and the processes that they start, put aside goes into one folder. */
export default async function makeTemporaryFolder(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'callscribe-test-'));
  process.env['TMPDIR'] = folder;
  process.env['CALLSCRIBE_TEST_FOLDER'] = folder;
}
