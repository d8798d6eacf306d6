import { randomSymbols, renderDtmf, seededRandom } from '../../../local/dtmf/dtmf';
import { chunks, interleave, TestBench, transcribe } from './sdk-client';

const bench = new TestBench();
afterEach(() => bench.close());

const tones = (symbols: string, leadMs = 0) =>
  renderDtmf({
    symbols,
    toneMs: 50,
    pauseMs: 50,
    leadMs,
    amplitudeDbfs: -20,
    sampleRateHz: 8000,
  });

describe('the Transcribe stand-in and the AWS SDK', () => {
  it('transcribes one channel and ends properly', async () => {
    const standIn = await bench.start();
    const symbols = randomSymbols(100, seededRandom(1));

    const heard = await transcribe(bench.client(standIn), chunks(tones(symbols).samples));

    expect(heard.symbols()).toBe(symbols);
    expect(standIn.sessions()).toMatchObject([{ endedBy: 'complete', channelCount: 1 }]);
  });

  it('tells two channels apart', async () => {
    const standIn = await bench.start();
    const left = tones('1234567890');
    const right = tones('ABCD*#', 300);

    const heard = await transcribe(
      bench.client(standIn),
      chunks(interleave(left.samples, right.samples), 1600),
      { EnableChannelIdentification: true, NumberOfChannels: 2 },
    );

    expect(heard.symbols('ch_0')).toBe('1234567890');
    expect(heard.symbols('ch_1')).toBe('ABCD*#');
  });
});
