/**
 * Cuts interleaved samples into channels, in memory that all sessions share: what is returned is
 * valid until the next call. Reads s16le in the machine's own byte order, little-endian wherever
 * Node runs.
 */
export class Deinterleaver {
  #interleaved = new Int16Array(0);
  #channels: Int16Array[] = [];

  /**
   * `bytes` must hold whole samples of every channel. They are s16le, or codes of one byte whose
   * samples stand in `table`.
   */
  split(bytes: Buffer, channelCount: number, table?: Int16Array): readonly Int16Array[] {
    const sampleCount = table === undefined ? bytes.length / 2 : bytes.length;
    if (this.#interleaved.length < sampleCount) this.#interleaved = new Int16Array(sampleCount);
    const interleaved = this.#interleaved;
    if (table === undefined) {
      // Copied because audio inside a message rarely starts at an even address.
      bytes.copy(new Uint8Array(interleaved.buffer));
    } else {
      bytes.forEach((code, index) => (interleaved[index] = table[code] ?? 0));
    }
    if (channelCount === 1) return [interleaved.subarray(0, sampleCount)];

    const framesCount = sampleCount / channelCount;
    return Array.from({ length: channelCount }, (_, channel) => {
      const memory = this.#channelMemory(channel, framesCount);
      for (let at = 0, from = channel; at < framesCount; at++, from += channelCount) {
        memory[at] = interleaved[from] ?? 0;
      }
      return memory.subarray(0, framesCount);
    });
  }

  #channelMemory(channel: number, length: number): Int16Array {
    const memory = this.#channels[channel];
    if (memory && memory.length >= length) return memory;
    const created = new Int16Array(length);
    this.#channels[channel] = created;
    return created;
  }
}
