import { request as httpRequest } from 'node:http';

import { Decoder } from 'ebml';

import { streamArnOf } from '../media/call-names';
import { serveRole } from '../process/role';

export interface EbmlMethods extends Record<string, (...args: never[]) => unknown> {
  start(endpoint: string): void;
  /** Reads one call's stream from its beginning, and decodes it. */
  add(index: number): void;
  /** Bytes read and decoded since the start. */
  decodedBytes(): number;
}

/** `ebml` where the worker would be: reads and decodes every call's stream, and nothing else. */
export function serveEbml(): void {
  let endpoint = '';
  let decodedBytes = 0;
  serveRole({
    start: (url: string) => {
      endpoint = url;
    },
    add: (index: number) => {
      const decoder = new Decoder();
      decoder.on('data', () => undefined);
      const body = JSON.stringify({
        StreamARN: streamArnOf(index),
        StartSelector: { StartSelectorType: 'EARLIEST' },
      });
      const outgoing = httpRequest(`${endpoint}/getMedia`, { method: 'POST' }, (response) => {
        response.on('data', (bytes: Buffer) => {
          decoder.write(bytes);
          decodedBytes += bytes.length;
        });
      });
      outgoing.on('error', () => undefined);
      outgoing.end(body);
    },
    decodedBytes: () => decodedBytes,
  } satisfies EbmlMethods);
}
