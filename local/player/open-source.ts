import { open } from 'node:fs/promises';

import { CallscribeError } from '../../shared/errors';
import { openWav } from '../media/wav';
import type { WavEncoding } from '../media/wav-format';
import type { CallSource } from './call-source';
import { mkvSource } from './mkv-source';
import { wavSource } from './wav-source';

/** How every EBML file begins. */
const EBML_MAGIC = '1a45dfa3';

/**
 * Opens a recording by what is in it, not by its name: Matroska, or else a WAV file. `encoding`
 * re-encodes a WAV file. Throws `bad-audio` in one sentence when it is neither.
 */
export async function openSource(path: string, encoding?: WavEncoding): Promise<CallSource> {
  const isMkv = await startsWithEbml(path);
  if (!isMkv && path.toLowerCase().endsWith('.mkv')) {
    throw new CallscribeError(
      'bad-audio',
      `${path} is no Matroska file; a raw GetMedia body begins with an EBML header`,
    );
  }
  if (!isMkv) return wavSource(await openWav(path), encoding);
  if (encoding === undefined) return mkvSource(path);
  throw new CallscribeError('bad-audio', `${path} is sent as it is; leave --codec out`);
}

/** False also for what cannot be opened: the WAV reader says why. */
async function startsWithEbml(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.toString('hex', 0, bytesRead) === EBML_MAGIC;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}
