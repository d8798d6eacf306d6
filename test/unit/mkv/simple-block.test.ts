import { readBlockHeader } from '../../../functions/worker/mkv/simple-block';

interface Read {
  readonly problem: string | undefined;
  readonly track: number;
  readonly at: number;
  readonly payload: string;
}

function read(hex: string): Read {
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  const header = { trackNumber: 0, relativeTimestamp: 0, payloadStart: 0 };
  const problem = readBlockHeader(bytes, 0, bytes.length, header);
  const payload = Buffer.from(bytes.subarray(Math.max(header.payloadStart, 0))).toString('hex');
  return { problem, track: header.trackNumber, at: header.relativeTimestamp, payload };
}

describe('readBlockHeader', () => {
  it('reads track, timestamp and payload', () => {
    expect(read('820102800a0b')).toEqual({
      problem: undefined,
      track: 2,
      at: 0x0102,
      payload: '0a0b',
    });
  });

  it('reads negative timestamps and long track numbers', () => {
    expect(read('407ffffe800a')).toMatchObject({ problem: undefined, track: 127, at: -2 });
  });

  it('accepts a block without audio', () => {
    expect(read('81000080')).toMatchObject({ problem: undefined, payload: '' });
  });

  it.each(['', '81', '810000', '40', '00000000', '80000080', 'ff000080'])(
    'finds %p malformed',
    (hex) => {
      expect(read(hex).problem).toEqual(expect.any(String));
    },
  );
});

describe('readBlockHeader of laced blocks', () => {
  it.each([
    ['Xiph', '81000002' + '02' + '0201' + 'aaaabbcccc'],
    ['Xiph with a size over 254', `81000002${'01'}ff01${'aa'.repeat(256)}bb`],
    ['EBML', '81000006' + '02' + '82' + 'be' + 'aaaabbcccc'],
    ['fixed-size', '81000004' + '02' + 'aaaabbbbcccc'],
  ])('hands on the frames of %s lacing one after the other', (_name, hex) => {
    const { problem, payload } = read(hex);

    expect(problem).toBeUndefined();
    expect(payload).toBe(hex.slice(hex.indexOf('aa')));
  });

  it.each([
    ['no frame count', '81000002'],
    ['a lace of one frame', '81000002' + '00' + 'aa'],
    ['Xiph sizes cut short', '81000002' + '02' + 'ff'],
    ['Xiph frames larger than the block', '81000002' + '01' + '05' + 'aa'],
    ['EBML sizes cut short', '81000006' + '02' + '81'],
    ['an unknown EBML size', '81000006' + '01' + 'ff' + 'aa'],
    ['a negative EBML size', '81000006' + '02' + '81' + '80' + 'aa'],
    ['EBML frames larger than the block', '81000006' + '01' + '85' + 'aa'],
    ['unequal frames of fixed size', '81000004' + '01' + 'aabbcc'],
  ])('finds %s malformed', (_name, hex) => {
    expect(read(hex).problem).toBe('a block has an inconsistent lace');
  });
});
