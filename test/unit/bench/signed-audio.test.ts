import { SignedAudioReader } from '../../bench/media/signed-audio';
import { encodeMessage, encodeStringHeaders } from '../../../local/transcribe/event-stream';

const headers = encodeStringHeaders({ ':event-type': 'AudioEvent' });
const frame = (audio: Buffer) => encodeMessage(headers, encodeMessage(headers, audio));
const END = encodeMessage(headers, Buffer.alloc(0));

function read(pieces: readonly Buffer[]): string[] {
  const heard: string[] = [];
  const reader = new SignedAudioReader();
  for (const piece of pieces) reader.push(piece, (audio) => heard.push(audio.toString('hex')));
  return heard;
}

describe('SignedAudioReader', () => {
  const stream = Buffer.concat([frame(Buffer.from('abcd')), frame(Buffer.from('ef')), END]);

  it('hands out the audio of each frame, however the bytes were split', () => {
    const expected = ['61626364', '6566', ''];
    for (let at = 0; at <= stream.length; at++) {
      expect(read([stream.subarray(0, at), stream.subarray(at)])).toEqual(expected);
    }
    expect(read(Array.from(stream, (byte) => Buffer.of(byte)))).toEqual(expected);
  });

  it('refuses any frame with a byte that is not as it was sent', () => {
    for (let at = 0; at < stream.length; at++) {
      const damaged = Buffer.from(stream);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      let heard: string[] = [];
      try {
        heard = read([damaged]);
      } catch {
        continue;
      }
      // A length that has grown makes it wait for more: nothing wrong may have been heard.
      expect(['61626364', '6566', ''].slice(0, heard.length)).toEqual(heard);
      expect(heard.length).toBeLessThan(3);
    }
  });
});
