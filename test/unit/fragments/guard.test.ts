import { FragmentGuard } from '../../../functions/worker/fragments/guard';

const NONE = new Map<string, string>();
const tags = (name: string, value: string) => new Map([[name, value]]);

describe('FragmentGuard', () => {
  it.each([
    ['its value', tags('ContactId', 'mine'), 'own', 'own'],
    ['another value', tags('ContactId', 'other'), 'foreign', 'foreign'],
    ['no such tag', NONE, 'unknown', 'untagged'],
    ['another tag only', tags('CallId', 'mine'), 'unknown', 'untagged'],
  ])('with a guard judges %s', (_name, seen, atStart, atEnd) => {
    const guard = new FragmentGuard({ tag: 'ContactId', value: 'mine' }, 'call-1');

    expect([guard.atStart(seen), guard.atEnd(seen)]).toEqual([atStart, atEnd]);
  });

  it.each(['ContactId', 'TransactionId', 'CallId'])(
    'takes a %s that names the call for its guard',
    (name) => {
      const guard = new FragmentGuard(undefined, 'call-1');

      expect(guard.atStart(tags(name, 'call-1'))).toBe('own');
      expect(guard.atStart(tags(name, 'call-2'))).toBe('foreign');
      expect(guard.atStart(NONE)).toBe('unknown');
    },
  );

  it('without a guard holds to what the first fragment says', () => {
    const guard = new FragmentGuard(undefined, 'req:call-1');

    expect(guard.atStart(tags('ContactId', 'a'))).toBe('own');
    expect(guard.atStart(tags('ContactId', 'a'))).toBe('own');
    expect(guard.atStart(tags('ContactId', 'b'))).toBe('foreign');
    expect(guard.atEnd(NONE)).toBe('untagged');
  });

  it('does not trust a first fragment before all its tags are there', () => {
    const guard = new FragmentGuard(undefined, 'call-1');

    expect(guard.atStart(NONE)).toBe('unknown');
    expect(guard.atEnd(tags('ContactId', 'call-1'))).toBe('own');
    expect(guard.atStart(NONE)).toBe('unknown');
    expect(guard.atEnd(tags('ContactId', 'call-2'))).toBe('foreign');
  });

  it('trusts a stream without any such tags after one whole fragment', () => {
    const guard = new FragmentGuard(undefined, 'req:call-1');

    expect(guard.atStart(NONE)).toBe('unknown');
    expect(guard.atEnd(tags('Codec', 'pcm'))).toBe('own');
    expect(guard.atStart(NONE)).toBe('own');
  });
});
