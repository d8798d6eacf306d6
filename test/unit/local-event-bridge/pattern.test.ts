import { compilePattern } from '../../../local/event-bridge/pattern';

const event = {
  source: 'callscribe',
  'detail-type': 'Transcript Segment',
  resources: [],
  detail: {
    callId: 'call-7',
    channel: 'caller',
    startMs: 1500,
    text: 'Hello.',
    empty: null,
    words: [{ text: 'Hello' }, { text: 'there' }],
    tags: ['a', 'b'],
  },
};

const matches = (pattern: unknown) => compilePattern(JSON.stringify(pattern))(event);

describe('an event pattern', () => {
  it.each([
    ['one of several values', { source: ['other', 'callscribe'] }],
    ['several fields', { source: ['callscribe'], detail: { channel: ['caller'] } }],
    ['null', { detail: { empty: [null] } }],
    ['an element of an array', { detail: { tags: ['b'] } }],
    ['a field of objects in an array', { detail: { words: { text: ['there'] } } }],
    ['prefix', { detail: { callId: [{ prefix: 'call-' }] } }],
    ['prefix without case', { source: [{ prefix: { 'equals-ignore-case': 'CALL' } }] }],
    ['suffix', { detail: { text: [{ suffix: '.' }] } }],
    ['equals-ignore-case', { source: [{ 'equals-ignore-case': 'CallScribe' }] }],
    ['wildcard', { 'detail-type': [{ wildcard: 'Trans*Seg*' }] }],
    ['exists', { detail: { callId: [{ exists: true }] } }],
    ['does not exist', { detail: { speaker: [{ exists: false }] } }],
    ['a missing object whose field does not exist', { more: { speaker: [{ exists: false }] } }],
    ['numeric range', { detail: { startMs: [{ numeric: ['>', 1000, '<=', 1500] }] } }],
    ['numeric equality', { detail: { startMs: [{ numeric: ['=', 1500] }] } }],
    ['anything-but', { detail: { channel: [{ 'anything-but': ['agent'] }] } }],
    ['anything-but prefix', { detail: { channel: [{ 'anything-but': { prefix: 'ag' } }] } }],
    ['$or', { detail: { $or: [{ channel: ['agent'] }, { callId: ['call-7'] }] } }],
  ])('matches by %s', (_name, pattern) => {
    expect(matches(pattern)).toBe(true);
  });

  it.each([
    ['another value', { source: ['other'] }],
    ['one field of two', { source: ['callscribe'], detail: { channel: ['agent'] } }],
    ['a number given as text', { detail: { startMs: ['1500'] } }],
    ['prefix in the middle', { detail: { callId: [{ prefix: 'all-' }] } }],
    ['wildcard that is a part only', { 'detail-type': [{ wildcard: 'Trans*Seg' }] }],
    ['a regular expression in a wildcard', { detail: { callId: [{ wildcard: 'call.7' }] } }],
    ['a field that is missing', { detail: { speaker: [{ exists: true }] } }],
    ['a number outside', { detail: { startMs: [{ numeric: ['>', 0, '<', 1500] }] } }],
    ['anything-but of a missing field', { detail: { speaker: [{ 'anything-but': 'x' }] } }],
    ['anything-but suffix', { detail: { text: [{ 'anything-but': { suffix: '.' } }] } }],
    ['exists false of a field that is there', { detail: { callId: [{ exists: false }] } }],
    ['$or of nothing true', { $or: [{ source: ['x'] }, { source: ['y'] }] }],
  ])('does not match by %s', (_name, pattern) => {
    expect(matches(pattern)).toBe(false);
  });

  it.each([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['an empty object', '{}'],
    ['a bare value', '{"source":"callscribe"}'],
    ['an empty array', '{"source":[]}'],
    ['an unknown filter', '{"source":[{"like":"x"}]}'],
    ['a numeric filter of text', '{"a":[{"numeric":["=","5"]}]}'],
    ['an unknown comparison', '{"a":[{"numeric":["!=",5]}]}'],
    ['two stars in a row', '{"a":[{"wildcard":"a**b"}]}'],
    ['a pattern too long', JSON.stringify({ source: ['x'.repeat(3000)] })],
  ])('is refused when it is %s', (_name, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ name: 'InvalidEventPatternException' }),
    );
  });
});
