import { rm } from 'node:fs/promises';

/** Removes what `makeTemporaryFolder` has made in the same process, with everything in it. */
export default async function removeTemporaryFolder(): Promise<void> {
  const folder = process.env['CALLSCRIBE_TEST_FOLDER'];
  if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
