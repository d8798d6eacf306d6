import { EventStreamCodec, Int64 } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';

import { crc32, crc32ByTable } from '../../../local/transcribe/crc32';
import type { EventMessage } from '../../../local/transcribe/event-stream';
import {
  decodeHeaders,
  decodeMessage,
  encodeMessage,
  encodeStringHeaders,
  EventStreamDecoder,
  EventStreamError,
  MAX_MESSAGE_BYTES,
} from '../../../local/transcribe/event-stream';

/** The codec of the AWS SDK, as the independent reference. */
const reference = new EventStreamCodec(toUtf8, fromUtf8);

const sampleMessages = [
  reference.encode({
    headers: {
      ':date': { type: 'timestamp', value: new Date(1_790_000_000_123) },
      ':chunk-signature': { type: 'binary', value: Uint8Array.from({ length: 32 }, (_, i) => i) },
    },
    body: Uint8Array.from({ length: 3200 }, (_, index) => index & 0xff),
  }),
  reference.encode({ headers: {}, body: new Uint8Array(0) }),
  reference.encode({
    headers: { ':event-type': { type: 'string', value: 'AudioEvent' } },
    body: new Uint8Array(7),
  }),
].map((message) => Buffer.from(message));

function decodeAll(pieces: Iterable<Buffer>): EventMessage[] {
  const decoder = new EventStreamDecoder();
  const messages: EventMessage[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (let message = decoder.next(); message; message = decoder.next()) messages.push(message);
  }
  expect(decoder.bufferedBytes).toBe(0);
  return messages;
}

function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('the event-stream codec', () => {
  it('reads every header type as the SDK writes it', () => {
    const headers = decodeHeaders(
      decodeMessage(
        Buffer.from(
          reference.encode({
            headers: {
              yes: { type: 'boolean', value: true },
              no: { type: 'boolean', value: false },
              byte: { type: 'byte', value: -7 },
              short: { type: 'short', value: -300 },
              integer: { type: 'integer', value: -70_000 },
              long: { type: 'long', value: Int64.fromNumber(-5_000_000_000) },
              binary: { type: 'binary', value: Uint8Array.of(1, 2, 3) },
              string: { type: 'string', value: 'Grüße' },
              timestamp: { type: 'timestamp', value: new Date(1_790_000_000_123) },
              uuid: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
            },
            body: new Uint8Array(1),
          }),
        ),
      ).headers,
    );

    expect(Object.fromEntries(headers)).toEqual({
      yes: { type: 'boolean', value: true },
      no: { type: 'boolean', value: false },
      byte: { type: 'byte', value: -7 },
      short: { type: 'short', value: -300 },
      integer: { type: 'integer', value: -70_000 },
      long: { type: 'long', value: -5_000_000_000n },
      binary: { type: 'binary', value: Buffer.of(1, 2, 3) },
      string: { type: 'string', value: 'Grüße' },
      timestamp: { type: 'timestamp', valueMs: 1_790_000_000_123 },
      uuid: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
    });
  });

  it('writes what the SDK reads', () => {
    const headers = encodeStringHeaders({ ':message-type': 'event', empty: '', ö: 'ü' });

    const message = reference.decode(encodeMessage(headers, Buffer.from('payload')));

    expect(message.headers).toEqual({
      ':message-type': { type: 'string', value: 'event' },
      empty: { type: 'string', value: '' },
      ö: { type: 'string', value: 'ü' },
    });
    expect(toUtf8(message.body)).toBe('payload');
  });

  it('reads the same messages at every piece size', () => {
    const bytes = Buffer.concat([...sampleMessages, ...sampleMessages]);
    const whole = decodeAll([bytes]);

    expect(whole).toHaveLength(6);
    expect(whole[0]?.payload).toEqual(Buffer.from(reference.decode(sampleMessages[0]!).body));
    for (const size of [1, 2, 3, 11, 12, 13, 100, 1000, 3294, 3295, 4096]) {
      expect(decodeAll(pieces(bytes, size))).toEqual(whole);
    }
  });

  it('reads the same messages when split once at any offset', () => {
    const bytes = Buffer.concat(sampleMessages.slice(1));
    const whole = decodeAll([bytes]);

    for (let at = 0; at <= bytes.length; at++) {
      expect(decodeAll([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
  });

  it('keeps a truncated message without reporting it', () => {
    const decoder = new EventStreamDecoder();
    decoder.push(sampleMessages[2]!.subarray(0, -1));

    expect(decoder.next()).toBeUndefined();
    expect(decoder.bufferedBytes).toBe(sampleMessages[2]!.length - 1);
  });

  it('notices any byte that was changed', () => {
    const message = sampleMessages[2]!;
    for (let at = 0; at < message.length; at++) {
      const changed = Buffer.from(message);
      changed[at]! ^= 0x10;
      expect(() => decodeMessage(changed)).toThrow(EventStreamError);
    }
  });

  it('refuses a message that is too big as soon as its length is known', () => {
    const huge = encodeMessage(Buffer.alloc(0), Buffer.alloc(MAX_MESSAGE_BYTES));
    const decoder = new EventStreamDecoder();
    decoder.push(huge.subarray(0, 12));

    expect(() => decoder.next()).toThrow(expect.objectContaining({ kind: 'too-big' }));
  });

  it('refuses headers that do not fit their block', () => {
    const headers = encodeStringHeaders({ ':event-type': 'AudioEvent' });
    for (let length = 1; length < headers.length; length++) {
      expect(() => decodeHeaders(headers.subarray(0, length))).toThrow(EventStreamError);
    }
    expect(() => decodeHeaders(Buffer.from([1, 65, 10]))).toThrow(/unknown header type/);
  });
});

describe('crc32', () => {
  it('gives the check value of ISO 3309, natively and by table', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32ByTable(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32ByTable(Buffer.alloc(0))).toBe(0);
  });
});
