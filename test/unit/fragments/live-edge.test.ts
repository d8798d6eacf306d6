import { LiveEdge } from '../../../functions/worker/fragments/live-edge';

function opened(): LiveEdge {
  const edge = new LiveEdge(0);
  edge.opening(0);
  edge.opened(0);
  return edge;
}

describe('LiveEdge', () => {
  it.each([
    [0, 'live'],
    [1_500, 'live'],
    [1_501, 'behind'],
  ])('takes a fragment %i ms behind the newest for %s', (behindMs, status) => {
    const edge = opened();
    edge.fragmentStarts();
    edge.fragmentEnds(behindMs);

    expect(edge.status(0)).toBe(status);
  });

  it('is not live inside a fragment that is on its way', () => {
    const edge = opened();
    edge.fragmentStarts();
    edge.fragmentEnds(0);
    edge.bytes(1_000);
    edge.fragmentStarts();

    expect(edge.status(10_999)).toBe('behind');
    expect(edge.status(11_000)).toBe('live');
  });

  it('is live when a new connection stays silent', () => {
    const edge = opened();

    expect(edge.status(1_999)).toBe('behind');
    expect(edge.status(2_000)).toBe('live');
  });

  it('takes silence for slowness while more is known to be there', () => {
    const edge = opened();
    edge.fragmentEnds(60_000);

    expect(edge.status(9_999)).toBe('behind');
    expect(edge.status(10_000)).toBe('live');
  });

  it('forgets what a connection proved when that is gone', () => {
    const edge = opened();
    edge.fragmentEnds(0);
    expect(edge.status(0)).toBe('live');

    edge.closed();
    expect(edge.status(60_000)).toBe('connecting');
    edge.opening(60_000);
    expect(edge.status(60_000)).toBe('connecting');
    edge.opened(61_000);
    expect(edge.status(61_000)).toBe('behind');
  });

  it('is live after a connection that ended in order and brought nothing', () => {
    const edge = opened();
    edge.closed();
    edge.proved();

    expect(edge.status(500)).toBe('live');
    edge.opening(500);
    expect(edge.status(500)).toBe('connecting');
  });
});
