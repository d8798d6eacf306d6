import { crc32 } from 'node:zlib';

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
/** Chunks of a call are all of one length but for the last; more lengths than this are unusual. */
const MAX_TEMPLATES = 16;

/** The constant part of a frame for so much audio. */
interface Template {
  readonly start: Buffer;
  /** CRC of what the event has before its audio. */
  readonly eventCrc: number;
}

/** Constant frame parts by length of the audio, shared by all sessions; at most 16 are kept. */
export class FrameTemplates {
  readonly #byLength = new Map<number, Template>();

  forAudio(audioBytes: number): Template {
    let template = this.#byLength.get(audioBytes);
    if (template === undefined) {
      if (this.#byLength.size >= MAX_TEMPLATES) this.#byLength.clear();
      template = audioTemplate(audioBytes);
      this.#byLength.set(audioBytes, template);
    }
    return template;
  }
}

/** The frames of one session, in order: each signature continues the chain of those before. */
export class FrameWriter {
  #prior: string;

  /** `signature`: that of the request (PROTOCOLS C5). */
  constructor(
    private readonly signer: FrameSigner,
    private readonly templates: FrameTemplates,
    signature: string,
  ) {
    this.#prior = signature;
  }

  /** A frame with an AudioEvent; the samples are copied once, into their place in it. */
  audio(samples: Uint8Array, epochMs: number): Buffer {
    const { start, eventCrc } = this.templates.forAudio(samples.length);
    const frame = Buffer.allocUnsafe(AUDIO_AT + samples.length + 2 * CRC_BYTES);
    start.copy(frame);
    frame.set(samples, AUDIO_AT);
    frame.writeUInt32BE(crc32(samples, eventCrc), AUDIO_AT + samples.length);
    return this.#seal(frame, epochMs);
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
    this.#prior = this.signer.sign(epochMs, this.#prior, frame.subarray(PAYLOAD_AT, crcAt));
    writeEpochMs(frame, DATE_AT, epochMs);
    frame.write(this.#prior, SIGNATURE_AT, SIGNATURE_BYTES, 'hex');
    frame.writeUInt32BE(crc32(frame.subarray(0, crcAt)), crcAt);
    return frame;
  }
}

function audioTemplate(audioBytes: number): Template {
  const eventBytes = OVERHEAD_BYTES + AUDIO_HEADERS.length + audioBytes;
  const start = signedFrame(eventBytes).subarray(0, AUDIO_AT);
  writePrelude(start, PAYLOAD_AT, eventBytes, AUDIO_HEADERS.length);
  AUDIO_HEADERS.copy(start, PAYLOAD_AT + PRELUDE_BYTES);
  return { start: Buffer.from(start), eventCrc: crc32(start.subarray(PAYLOAD_AT)) };
}

/** A signed message with room for its payload, complete but for date, signature and checksum. */
function signedFrame(payloadBytes: number): Buffer {
  const frame = Buffer.alloc(PAYLOAD_AT + payloadBytes + CRC_BYTES);
  writePrelude(frame, 0, frame.length, PAYLOAD_AT - PRELUDE_BYTES);
  DATE_HEADER_START.copy(frame, PRELUDE_BYTES);
  SIGNATURE_HEADER_START.copy(frame, DATE_AT + 8);
  return frame;
}
