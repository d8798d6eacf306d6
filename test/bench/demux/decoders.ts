import { once } from 'node:events';

import { MkvDemuxer } from '../../../functions/worker/mkv/demuxer';

/** Reads a whole body; resolves with the bytes of audio that it handed out. */
export type Decode = (reads: readonly Buffer[]) => Promise<number>;

export interface Decoder {
  readonly decode: Decode;
  /** It reads files of one document only, so that is what it gets. */
  readonly asOneDocument?: boolean;
}

/** Track number, timestamp and flags of a block, which two of the packages leave in its bytes. */
const BLOCK_HEAD_BYTES = 4;

/** Ours, the packages that there are, and a plain copy, each asked for every block's audio. */
export const DECODERS = {
  callscribe: async () => ({ decode: decodeWithOurs }),
  ebml: async () => {
    const { Decoder: EbmlDecoder } = await import('ebml');
    return {
      decode: (reads) => {
        let audioBytes = 0;
        const decoder = new EbmlDecoder();
        decoder.on('data', ([kind, { name, payload }]) => {
          if (kind === 'tag' && name === 'SimpleBlock') audioBytes += payload?.length ?? 0;
        });
        for (const read of reads) decoder.write(read);
        return Promise.resolve(audioBytes);
      },
    };
  },
  'ebml-stream': async () => {
    const { EbmlStreamDecoder, SimpleBlock } = await import('ebml-stream');
    return {
      decode: async (reads) => {
        let audioBytes = 0;
        const decoder = new EbmlStreamDecoder();
        decoder.on('data', (tag: unknown) => {
          if (tag instanceof SimpleBlock) audioBytes += tag.payload.length;
        });
        for (const read of reads) if (!decoder.write(read)) await once(decoder, 'drain');
        decoder.end();
        await once(decoder, 'finish');
        return audioBytes;
      },
    };
  },
  'ts-ebml': async () => {
    const { Decoder: TsEbmlDecoder } = await import('ts-ebml');
    return {
      decode: (reads) => {
        let audioBytes = 0;
        const decoder = new TsEbmlDecoder();
        for (const read of reads) {
          // Its types ask for an ArrayBuffer, its code takes what `Buffer.from` takes.
          for (const element of decoder.decode(read as unknown as ArrayBuffer)) {
            if (element.name === 'SimpleBlock' && element.type !== 'm') {
              audioBytes += element.data.length - BLOCK_HEAD_BYTES;
            }
          }
        }
        return Promise.resolve(audioBytes);
      },
    };
  },
  mediabunny: async () => {
    const { EncodedPacketSink, Input, MATROSKA, ReadableStreamSource } = await import('mediabunny');
    return {
      asOneDocument: true,
      decode: async (reads) => {
        const source = new ReadableStreamSource(streamOf(reads));
        const input = new Input({ source, formats: [MATROSKA] });
        const tracks = await input.getAudioTracks();
        const lengths = tracks.map(async (track) => {
          let audioBytes = 0;
          const sink = new EncodedPacketSink(track);
          for await (const packet of sink.packets()) audioBytes += packet.data.length;
          return audioBytes;
        });
        return (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0);
      },
    };
  },
  'plain copy': async () => {
    let target = Buffer.alloc(0);
    return {
      decode: (reads) => {
        const length = reads.reduce((sum, read) => sum + read.length, 0);
        if (target.length < length) target = Buffer.alloc(length);
        let at = 0;
        for (const read of reads) at += read.copy(target, at);
        return Promise.resolve(at);
      },
    };
  },
} as const satisfies Readonly<Record<string, () => Promise<Decoder>>>;

export type DecoderName = keyof typeof DECODERS;

function decodeWithOurs(reads: readonly Buffer[]): Promise<number> {
  let audioBytes = 0;
  const nothing = () => undefined;
  const demuxer = new MkvDemuxer({
    onDocument: nothing,
    onTimestampScale: nothing,
    onTracks: nothing,
    onTags: nothing,
    onCluster: nothing,
    onBlock: (_track, _timestamp, _bytes, start, end) => {
      audioBytes += end - start;
    },
    onMalformed: (message) => {
      throw new Error(message);
    },
  });
  for (const read of reads) demuxer.push(read);
  demuxer.end();
  return Promise.resolve(audioBytes);
}

function streamOf(reads: readonly Buffer[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull: (controller) => {
      const read = reads[next];
      next += 1;
      if (read === undefined) controller.close();
      else controller.enqueue(read);
    },
  });
}
