import { crc32 } from 'node:zlib';

import { JoinedCrc } from './joined-crc';
import {
  binaryHeaderStart,
  CRC_BYTES,
  OVERHEAD_BYTES,
  PRELUDE_BYTES,
  stringHeaders,
  writePrelude,
} from './event-message';
import { DATE_HEADER_START, writeEpochMs, type FrameSigner } from './frame-signer';

const SIGNATURE_BYTES = 32;
const SIGNATURE_HEADER_START = binaryHeaderStart(':chunk-signature', SIGNATURE_BYTES);
/* The signed message around every event: its date, its signature, then the event as payload. */
const DATE_AT = PRELUDE_BYTES + DATE_HEADER_START.length;
const SIGNATURE_AT = DATE_AT + 8 + SIGNATURE_HEADER_START.length;
const PAYLOAD_AT = SIGNATURE_AT + SIGNATURE_BYTES;

const AUDIO_HEADERS = stringHeaders({
  ':event-type': 'AudioEvent',
  ':message-type': 'event',
  ':content-type': 'application/octet-stream',
});
const AUDIO_AT = PAYLOAD_AT + PRELUDE_BYTES + AUDIO_HEADERS.length;
/**
 * A frame's memory begins so far before it that its audio lies at a multiple of 8, as chunks do:
 * out of the shared memory of chunks V8 else copies octet by octet, at seven times the cost.
 */
const LEAD_BYTES = 8 - (AUDIO_AT % 8);
/** Chunks of a call are all of one length but for the last; more lengths than this are unusual. */
const MAX_LENGTHS = 16;

/**
 * Frames of one length that wait to be used again; further ones are left to the collector. As many
 * are under way at once as chunks are sent between two looks at the sockets: of calls that fall
 * behind some for each. Of the usual 200 ms of two channels this is 54 MB at most.
 */
const MAX_FREE_FRAMES = 8_192;

/** A frame to be sent. */
export interface OutgoingFrame {
  readonly bytes: Buffer;
  /**
   * To be called, with what went wrong, when the bytes have been taken: without an error they are
   * written over by another frame, of any session.
   */
  readonly sent: (error?: Error | null) => void;
}

/** With its parts as views, which would cost more to make for each chunk than to keep. */
interface AudioFrame extends OutgoingFrame {
  /** What is before the event. */
  readonly head: Buffer;
  readonly event: Buffer;
}

/**
 * Frames for so much audio, used again and again: what is constant in them is written once, and
 * nothing is allocated for a chunk as long as the connections take them.
 */
class AudioFrames {
  readonly #free: AudioFrame[] = [];
  readonly #start: Buffer;
  /** CRC of what the event has before its audio. */
  readonly eventCrc: number;
  /** The frame's CRC, without going through the audio once more. */
  readonly joined: JoinedCrc;

  constructor(private readonly audioBytes: number) {
    const eventBytes = OVERHEAD_BYTES + AUDIO_HEADERS.length + audioBytes;
    this.#start = Buffer.from(signedFrame(eventBytes).subarray(0, AUDIO_AT));
    writePrelude(this.#start, PAYLOAD_AT, eventBytes, AUDIO_HEADERS.length);
    AUDIO_HEADERS.copy(this.#start, PAYLOAD_AT + PRELUDE_BYTES);
    this.eventCrc = crc32(this.#start.subarray(PAYLOAD_AT));
    this.joined = new JoinedCrc(eventBytes);
  }

  take(): AudioFrame {
    return this.#free.pop() ?? this.#make();
  }

  #make(): AudioFrame {
    const length = AUDIO_AT + this.audioBytes + 2 * CRC_BYTES;
    const bytes = Buffer.allocUnsafeSlow(LEAD_BYTES + length).subarray(LEAD_BYTES);
    this.#start.copy(bytes);
    const frame: AudioFrame = {
      bytes,
      head: bytes.subarray(0, PAYLOAD_AT),
      event: bytes.subarray(PAYLOAD_AT, bytes.length - CRC_BYTES),
      sent: (error) => {
        // After an error it is not known who still reads them.
        if (!error && this.#free.length < MAX_FREE_FRAMES) this.#free.push(frame);
      },
    };
    return frame;
  }
}

/** Frames by length of their audio, shared by all sessions; of at most 16 lengths. */
export class FrameStock {
  readonly #byLength = new Map<number, AudioFrames>();

  forAudio(audioBytes: number): AudioFrames {
    let frames = this.#byLength.get(audioBytes);
    if (frames === undefined) {
      if (this.#byLength.size >= MAX_LENGTHS) this.#byLength.clear();
      frames = new AudioFrames(audioBytes);
      this.#byLength.set(audioBytes, frames);
    }
    return frames;
  }
}

/** The frames of one session, in order: each signature continues the chain of those before. */
export class FrameWriter {
  #prior: string;

  /** `signature`: that of the request (PROTOCOLS C5). */
  constructor(
    private readonly signer: FrameSigner,
    private readonly stock: FrameStock,
    signature: string,
  ) {
    this.#prior = signature;
  }

  /** A frame with an AudioEvent; the samples are copied once, into their place in it. */
  audio(samples: Uint8Array, epochMs: number): OutgoingFrame {
    const frames = this.stock.forAudio(samples.length);
    const frame = frames.take();
    const { bytes, head, event } = frame;
    const eventEnd = bytes.length - CRC_BYTES;
    const eventCrcAt = eventEnd - CRC_BYTES;
    bytes.set(samples, AUDIO_AT);
    const eventCrc = crc32(samples, frames.eventCrc);
    bytes.writeUInt32BE(eventCrc, eventCrcAt);
    this.#sign(bytes, event, epochMs);
    // The whole event's, its own CRC included.
    const wholeCrc = crc32(bytes.subarray(eventCrcAt, eventEnd), eventCrc);
    bytes.writeUInt32BE(frames.joined.of(crc32(head), wholeCrc), eventEnd);
    return frame;
  }

  /** A frame with an event of another kind, such as ConfigurationEvent. */
  jsonEvent(eventType: string, body: unknown, epochMs: number): Buffer {
    const headers = stringHeaders({
      ':event-type': eventType,
      ':message-type': 'event',
      ':content-type': 'application/json',
    });
    const payload = Buffer.from(JSON.stringify(body));
    const eventBytes = OVERHEAD_BYTES + headers.length + payload.length;
    const frame = signedFrame(eventBytes);
    writePrelude(frame, PAYLOAD_AT, eventBytes, headers.length);
    headers.copy(frame, PAYLOAD_AT + PRELUDE_BYTES);
    payload.copy(frame, PAYLOAD_AT + PRELUDE_BYTES + headers.length);
    const crcAt = PAYLOAD_AT + eventBytes - CRC_BYTES;
    frame.writeUInt32BE(crc32(frame.subarray(PAYLOAD_AT, crcAt)), crcAt);
    return this.#seal(frame, epochMs);
  }

  /** The empty frame that ends the audio. */
  end(epochMs: number): Buffer {
    return this.#seal(signedFrame(0), epochMs);
  }

  #seal(frame: Buffer, epochMs: number): Buffer {
    const crcAt = frame.length - CRC_BYTES;
    this.#sign(frame, frame.subarray(PAYLOAD_AT, crcAt), epochMs);
    frame.writeUInt32BE(crc32(frame.subarray(0, crcAt)), crcAt);
    return frame;
  }

  #sign(frame: Buffer, payload: Buffer, epochMs: number): void {
    this.#prior = this.signer.sign(epochMs, this.#prior, payload);
    writeEpochMs(frame, DATE_AT, epochMs);
    frame.write(this.#prior, SIGNATURE_AT, SIGNATURE_BYTES, 'hex');
  }
}

/** A signed message with room for its payload, complete but for date, signature and checksum. */
function signedFrame(payloadBytes: number): Buffer {
  const frame = Buffer.alloc(PAYLOAD_AT + payloadBytes + CRC_BYTES);
  writePrelude(frame, 0, frame.length, PAYLOAD_AT - PRELUDE_BYTES);
  DATE_HEADER_START.copy(frame, PRELUDE_BYTES);
  SIGNATURE_HEADER_START.copy(frame, DATE_AT + 8);
  return frame;
}
