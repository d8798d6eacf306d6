import { LiveEdge } from '../../../functions/worker/fragments/live-edge';

function opened(): LiveEdge {
  const edge = new LiveEdge(0);
  edge.opening();
  edge.opened();
  return edge;
}

/** Looks at the clock twice a second, as ticks do. */
function wait(edge: LiveEdge, fromMs: number, toMs: number): void {
  edge.waits(fromMs);
  for (let now = fromMs; now < toMs; now += 500) edge.waited(Math.min(now + 500, toMs));
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

    expect(edge.status).toBe(status);
  });

  it('is not live inside a fragment that is on its way', () => {
    const edge = opened();
    edge.fragmentStarts();
    edge.fragmentEnds(0);
    edge.bytes();
    edge.fragmentStarts();

    wait(edge, 1_000, 10_999);
    expect(edge.status).toBe('behind');
    wait(edge, 10_999, 11_000);
    expect(edge.status).toBe('live');
  });

  it('is live when a new connection stays silent', () => {
    const edge = opened();

    wait(edge, 0, 1_999);
    expect(edge.status).toBe('behind');
    wait(edge, 1_999, 2_000);
    expect(edge.status).toBe('live');
  });

  it('takes silence for slowness while more is known to be there', () => {
    const edge = opened();
    edge.fragmentEnds(60_000);

    wait(edge, 0, 9_999);
    expect(edge.status).toBe('behind');
    wait(edge, 9_999, 10_000);
    expect(edge.status).toBe('live');
  });

  it('counts no time in which nobody waited, nor any in which the process stood still', () => {
    const edge = opened();
    wait(edge, 0, 500);

    edge.waits(600_000);
    edge.waited(600_100);
    edge.waited(1_200_000);

    expect(edge.idleMs).toBe(500 + 100 + 1_000);
  });

  it.each([
    ['nobody has read', (edge: LiveEdge) => edge.waits(6_000)],
    ['the process stood still', (edge: LiveEdge) => edge.waited(6_000)],
  ])('believes a connection no more when %s for five seconds', (_why, look) => {
    const edge = opened();
    edge.fragmentEnds(0);
    wait(edge, 0, 1_000);
    expect([edge.status, edge.isStale]).toEqual(['live', false]);

    look(edge);
    expect([edge.status, edge.isStale]).toEqual(['connecting', true]);

    edge.opened();
    edge.fragmentEnds(0);
    expect([edge.status, edge.isStale]).toEqual(['live', false]);
  });

  it('forgets what a connection proved when that is gone', () => {
    const edge = opened();
    edge.fragmentEnds(0);
    expect(edge.status).toBe('live');

    edge.closed();
    expect(edge.status).toBe('connecting');
    edge.opening();
    expect(edge.status).toBe('connecting');
    edge.opened();
    expect(edge.status).toBe('behind');
  });

  it('is live after a connection that ended in order and brought nothing', () => {
    const edge = opened();
    edge.closed();
    edge.proved();

    expect(edge.status).toBe('live');
    edge.opening();
    expect(edge.status).toBe('connecting');
  });
});
