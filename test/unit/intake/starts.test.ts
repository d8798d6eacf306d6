import { covers } from '../../../functions/worker/intake/starts';
import type { CallRequest, Leg } from '../../../shared/call';

const arn = (name: string) =>
  `arn:aws:kinesisvideo:us-east-1:000000000000:stream/${name}/1700000000000`;
const leg = (
  name: string,
  startFragmentNumber?: string,
  channel: Leg['channel'] = 'caller',
): Leg => ({
  channel,
  streamArn: arn(name),
  ...(startFragmentNumber === undefined ? {} : { startFragmentNumber }),
});
const asking = (...legs: Leg[]): CallRequest => ({ schemaVersion: 1, callId: 'c', legs });

describe('covers', () => {
  const live = [leg('a', '100')];

  it.each([
    ['the same start', asking(leg('a', '100')), [], true],
    [
      'another start of the same stream, which is read to its end',
      asking(leg('a', '900')),
      [],
      true,
    ],
    [
      'one that dispatch tells of and the log does not have yet',
      asking(leg('a', '900')),
      [leg('a', '900')],
      false,
    ],
    ['another stream', asking(leg('b', '100')), [], false],
    ['another party', asking(leg('a', '100'), leg('b', '1', 'agent')), [], false],
  ])('%s', (_name, request, told, expected) => {
    expect(covers(live, request, told)).toBe(expected);
  });
});
