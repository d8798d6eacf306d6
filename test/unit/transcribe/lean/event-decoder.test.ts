import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';

import {
  EventDecoder,
  EventStreamError,
  MAX_MESSAGE_BYTES,
} from '../../../../functions/worker/transcribe/lean/event-decoder';
import { drip } from '../../../support/drip';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

function message(eventType: string, body: string): Buffer {
  const headers = {
    ':event-type': { type: 'string' as const, value: eventType },
    ':message-type': { type: 'string' as const, value: 'event' },
  };
  return Buffer.from(codec.encode({ headers, body: fromUtf8(body) }));
}

/** `TranscriptEvent:{…}` for each message. */
function decode(pieces: Iterable<Uint8Array>, decoder = new EventDecoder()): string[] {
  const seen: string[] = [];
  for (const piece of pieces) {
    decoder.push(Buffer.from(piece), ({ headers, payload }) => {
      seen.push(`${headers.get(':event-type')}:${payload.toString()}`);
    });
  }
  return seen;
}

const PARTS = [
  message('TranscriptEvent', '{"a":1}'),
  message('TranscriptEvent', ''),
  message('Other', '{"b":2}'),
];
const stream = Buffer.concat(PARTS);
const MESSAGES = ['TranscriptEvent:{"a":1}', 'TranscriptEvent:', 'Other:{"b":2}'];

describe('EventDecoder', () => {
  it('decodes what comes a byte at a time', () => {
    expect(decode(drip(stream, 1))).toEqual(MESSAGES);
  });

  it('decodes what is split anywhere', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(decode([stream.subarray(0, at), stream.subarray(at)])).toEqual(MESSAGES);
    }
  });

  it('knows whether the stream may end', () => {
    const ends = [0];
    for (const bytes of PARTS) ends.push((ends.at(-1) ?? 0) + bytes.length);

    for (let at = 0; at <= stream.length; at++) {
      const decoder = new EventDecoder();
      decode([stream.subarray(0, at)], decoder);
      expect(decoder.isMidMessage).toBe(!ends.includes(at));
    }
  });

  it('reads past header values of every type', () => {
    const headers = {
      yes: { type: 'boolean' as const, value: true },
      no: { type: 'boolean' as const, value: false },
      byte: { type: 'byte' as const, value: 1 },
      short: { type: 'short' as const, value: 2 },
      int: { type: 'integer' as const, value: 3 },
      binary: { type: 'binary' as const, value: Uint8Array.of(1, 2, 3) },
      time: { type: 'timestamp' as const, value: new Date(0) },
      uuid: { type: 'uuid' as const, value: '01234567-89ab-cdef-0123-456789abcdef' },
      ':event-type': { type: 'string' as const, value: 'After' },
    };
    const bytes = codec.encode({ headers, body: new Uint8Array(0) });

    expect(decode([bytes])).toEqual(['After:']);
  });

  it.each([
    ['the prelude', 2],
    ["the prelude's checksum", 9],
    ['the headers', 20],
    ['the payload', 70],
    ['the checksum', message('TranscriptEvent', '{"a":1}').length - 1],
  ])('refuses a message with a flipped bit in %s', (_where, at) => {
    const bytes = message('TranscriptEvent', '{"a":1}');
    bytes[at]! ^= 1;

    expect(() => decode([bytes])).toThrow(EventStreamError);
    expect(() => decode(drip(bytes, 1))).toThrow(EventStreamError);
  });

  it('refuses a message that is too long before it keeps any of it', () => {
    const bytes = Buffer.from(
      codec.encode({ headers: {}, body: new Uint8Array(MAX_MESSAGE_BYTES) }),
    );

    expect(() => decode([bytes.subarray(0, 12)])).toThrow(/more than/);
  });

  it('takes a message of just the greatest length', () => {
    const body = new Uint8Array(MAX_MESSAGE_BYTES - 16).fill(0x20);
    const bytes = codec.encode({ headers: {}, body });

    expect(decode([bytes])).toHaveLength(1);
  });
});
