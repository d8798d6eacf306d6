import { once } from 'node:events';

/** Writes to a stream and waits while its reader is slower: output is not buffered without bound. */
export async function writeOut(
  text: string,
  stream: NodeJS.WritableStream = process.stdout,
): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}
