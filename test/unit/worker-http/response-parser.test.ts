import fc from 'fast-check';
import {
  MalformedResponseError,
  ResponseParser,
} from '../../../functions/worker/http/response-parser';

interface Parsed {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly ends: number;
}

/** What the parser makes of a response that comes in these pieces, and then ends. */
function parse(pieces: readonly Uint8Array[], closes = true): Parsed {
  const parsed = { status: undefined as number | undefined, headers: {}, body: '', ends: 0 };
  const parser = new ResponseParser({
    onHead: (status, headers) => {
      parsed.status = status;
      parsed.headers = Object.fromEntries(headers);
    },
    onBody: (bytes, start, end) => {
      parsed.body += Buffer.from(bytes.subarray(start, end)).toString('latin1');
    },
    onEnd: () => (parsed.ends += 1),
  });
  for (const piece of pieces) parser.push(piece, 0, piece.length);
  if (closes) parser.end();
  return parsed;
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function chunked(chunks: readonly Uint8Array[]): Buffer {
  const framed = chunks.flatMap((chunk) => [
    bytesOf(`${chunk.length.toString(16)}\r\n`),
    chunk,
    bytesOf('\r\n'),
  ]);
  const head = bytesOf('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
  return Buffer.concat([head, ...framed, bytesOf('0\r\n\r\n')]);
}

const MESSAGES: readonly [string, string, string][] = [
  [
    'a chunked body',
    'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n',
    'abc0123456789',
  ],
  [
    'extensions and trailers',
    'Transfer-Encoding: Chunked\r\n\r\n3;a=b;c="d"\r\na\r\n\r\n2 \r\n\r\n\r\n0;last\r\nx: y\r\nz: 1\r\n\r\n',
    'a\r\n\r\n',
  ],
  ['a chunked body without content', 'transfer-encoding: chunked\r\n\r\n0\r\n\r\n', ''],
  ['a body with a length', 'Content-Length:   9  \r\n\r\n123\r\n\r\n89', '123\r\n\r\n89'],
  ['a length of nothing', 'content-length: 0\r\n\r\n', ''],
  [
    'a body that the connection ends',
    'server: x\r\n\r\nto the end\r\n0\r\n',
    'to the end\r\n0\r\n',
  ],
];

describe('ResponseParser', () => {
  it.each(MESSAGES)('reads %s, wherever it is split', (_name, message, body) => {
    const bytes = bytesOf(`HTTP/1.1 200 OK\r\n${message}`);
    for (let first = 0; first <= bytes.length; first += 1) {
      for (let second = first; second <= bytes.length; second += 1) {
        const pieces = [
          bytes.subarray(0, first),
          bytes.subarray(first, second),
          bytes.subarray(second),
        ];

        const parsed = parse(pieces);

        expect([first, second, parsed.status, parsed.body, parsed.ends]).toEqual([
          first,
          second,
          200,
          body,
          1,
        ]);
      }
    }
  });

  it('passes over informational answers, wherever they are split', () => {
    const bytes = bytesOf(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 404 Gone\r\ncontent-length: 2\r\n\r\nno',
    );
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual({
        status: 404,
        headers: { 'content-length': '2' },
        body: 'no',
        ends: 1,
      });
    }
  });

  it('gives back every chunked body, however it was cut and comes', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(4_000), { maxLength: 20 }), (chunks, cuts) => {
        const message = chunked(chunks);
        const places = [0, ...cuts.map((cut) => cut % message.length).sort((a, b) => a - b)];
        const pieces = places.map((from, index) => message.subarray(from, places[index + 1]));

        const parsed = parse(pieces, false);

        expect(parsed.body).toBe(Buffer.concat(chunks).toString('latin1'));
        expect(parsed.ends).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it('throws nothing but its own error, whatever comes', () => {
    const flipped = fc.tuple(fc.nat(), fc.nat(255), fc.nat());
    fc.assert(
      fc.property(fc.array(flipped, { minLength: 1, maxLength: 4 }), (flips) => {
        const message = chunked([bytesOf('a'.repeat(40)), bytesOf('b')]);
        for (const [at, octet] of flips) message[at % message.length] = octet;
        const cut = (flips[0]?.[2] ?? 0) % message.length;
        try {
          parse([message.subarray(0, cut), message.subarray(cut)]);
        } catch (reason) {
          expect(reason).toBeInstanceOf(MalformedResponseError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('joins headers that are repeated, names in lower case', () => {
    const parsed = parse([
      bytesOf('HTTP/1.1 403 \r\nX-A: 1\r\nx-a:2\r\nContent-Length: 0\r\n\r\n'),
    ]);

    expect(parsed.headers).toEqual({ 'x-a': '1, 2', 'content-length': '0' });
  });

  it.each([
    ['no HTTP', 'SSH-2.0-x\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ['a folded header', 'HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: b\r\n\r\n'],
    ['another transfer coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n'],
    ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\nab'],
    ['a signed size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\nab'],
    ['a giant chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n123456789\r\n'],
    [
      'a chunk longer than it says',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n',
    ],
    ['a bare line feed', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\na\r\n'],
    [
      'endless extensions',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${'x'.repeat(2_000)}`,
    ],
    ['an endless head', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(20_000)}`],
    ['a head that is too long', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(20_000)}\r\n\r\n`],
    [
      'endless trailers',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(4_000)}`,
    ],
  ])('refuses %s', (_name, message) => {
    expect(() => parse([bytesOf(message)], false)).toThrow(MalformedResponseError);
  });

  it.each([
    ['inside the head', 'HTTP/1.1 200 OK\r\n'],
    ['inside a body with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab'],
    ['inside a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab'],
    ['before the last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n'],
  ])('tells of a peer that leaves %s', (_name, message) => {
    expect(() => parse([bytesOf(message)])).toThrow('the connection ended inside a response');
  });

  it('ignores what comes after the body', () => {
    const parsed = parse([
      bytesOf('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabHTTP/1.1 200 OK\r\n\r\ncd'),
    ]);

    expect(parsed).toMatchObject({ body: 'ab', ends: 1 });
  });
});
