/** The parts of the untyped `ebml` package that the differential test uses. */
declare module 'ebml' {
  import type { EventEmitter } from 'node:events';

  interface EbmlElement {
    readonly name: string;
    readonly value?: unknown;
    /** SimpleBlock and Block only. */
    readonly track?: number;
    readonly payload?: Uint8Array;
    /** The element's whole body. */
    readonly data?: Uint8Array;
  }

  export class Decoder extends EventEmitter {
    write(bytes: Uint8Array): boolean;
    on(event: 'data', listener: (chunk: ['start' | 'tag' | 'end', EbmlElement]) => void): this;
  }
}
