/** `bytes` as network reads of `readBytes` each, every one in memory of its own. */
export function drip(bytes: Uint8Array, readBytes: number): Uint8Array[] {
  const reads: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += readBytes) reads.push(bytes.slice(at, at + readBytes));
  return reads;
}

/** The same as a body would deliver them; `failure` is thrown in place of the end. */
export async function* dripBody(
  bytes: Uint8Array,
  readBytes: number,
  failure?: Error,
): AsyncGenerator<Uint8Array> {
  for (const read of drip(bytes, readBytes)) {
    await Promise.resolve();
    yield read;
  }
  if (failure !== undefined) throw failure;
}
