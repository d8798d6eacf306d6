import type { ClientHttp2Stream } from 'node:http2';

/**
 * Tells whether the peer ended its side of the stream with END_STREAM. `node:http2` does not: it
 * emits `end`, with code 0, for RST_STREAM(NO_ERROR) as well. But when it passes END_STREAM on as
 * the end of what can be read, the stream is not closed yet; for a reset it closes it first.
 */
export function watchEndOfStream(stream: ClientHttp2Stream): () => boolean {
  const push = stream.push.bind(stream);
  let ended: boolean | undefined;
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk === null) ended ??= !stream.closed && !stream.destroyed;
    return push(chunk, encoding);
  };
  return () => ended === true;
}
