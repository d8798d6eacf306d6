import { LOCAL_LIMITS, parseLimits } from '../../../local/system/limits';

describe('limits of the stand-ins', () => {
  it('are set by service and name on top of those of one machine', () => {
    const limits = parseLimits(['transcribe.maxSessionMs=20000', 'kinesisVideo.hostBufferMs=1']);

    expect(limits).toEqual({
      transcribe: { ...LOCAL_LIMITS.transcribe, maxSessionMs: 20_000 },
      kinesisVideo: { hostBufferMs: 1 },
    });
  });

  it.each([
    'transcribe.x=1',
    'x.maxSessionMs=1',
    'transcribe.maxSessionMs',
    'transcribe.idleMs=-1',
  ])('refuse %s and list what there is', (setting) => {
    expect(() => parseLimits([setting])).toThrow('transcribe.maxSessionMs=14400000');
  });
});
