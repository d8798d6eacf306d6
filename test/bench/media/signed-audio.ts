import { crc32 } from '../../../local/transcribe/crc32';

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const MAX_FRAME_BYTES = 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);

/**
 * Reads signed audio frames (PROTOCOLS C5) off one stream and checks lengths and all four
 * checksums of each. Signatures are not checked, and headers only for having the lengths of the
 * first frame: this is what makes it several times cheaper than the stand-in's own reader. Holds
 * at most one frame.
 */
export class SignedAudioReader {
  #rest: Buffer = NO_BYTES;

  /** `onAudio` gets each frame's audio, valid during the call; empty: the end frame. Throws. */
  push(bytes: Buffer, onAudio: (audio: Buffer) => void): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (all.length - at >= PRELUDE_BYTES) {
      const length = all.readUInt32BE(at);
      if (length > MAX_FRAME_BYTES) throw new Error('a frame is too long');
      if (all.length - at < length) break;
      const payload = payloadOf(all.subarray(at, at + length));
      onAudio(payload.length === 0 ? payload : payloadOf(payload));
      at += length;
    }
    // What is kept must not be the reader's own memory, which may be used again.
    this.#rest = at === all.length ? NO_BYTES : Buffer.from(all.subarray(at));
  }
}

/** The payload of one whole message whose checksums fit. */
function payloadOf(message: Buffer): Buffer {
  const headersEnd = PRELUDE_BYTES + message.readUInt32BE(4);
  const bodyEnd = message.length - CRC_BYTES;
  if (message.readUInt32BE(0) !== message.length || headersEnd > bodyEnd) {
    throw new Error('the lengths of a frame do not fit');
  }
  const isSound =
    crc32(message.subarray(0, 8)) === message.readUInt32BE(8) &&
    crc32(message.subarray(0, bodyEnd)) === message.readUInt32BE(bodyEnd);
  if (!isSound) throw new Error('a checksum of a frame does not fit');
  return message.subarray(headersEnd, bodyEnd);
}
