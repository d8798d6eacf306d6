import { FaultDesk } from '../../../local/control/fault-desk';
import { FaultBoard } from '../../../local/faults/fault-board';

function prepare() {
  const board = new FaultBoard();
  const desk = new FaultDesk({ sqs: { board, kinds: { slow: 'The answer comes late.' } } });
  return { board, desk };
}

describe('the fault desk', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('arms a fault in the service it is for', () => {
    const { board, desk } = prepare();

    desk.order({ service: 'sqs', kind: 'slow', settings: { delayMs: 7 } });

    expect(board.strike('slow')?.settings).toEqual({ delayMs: 7 });
  });

  it('arms a scheduled fault at its time', () => {
    const { board, desk } = prepare();
    desk.order({ service: 'sqs', kind: 'slow', afterMs: 1000 });
    expect(board.strike('slow')).toBeUndefined();

    jest.advanceTimersByTime(1000);

    expect(board.strike('slow')).toBeDefined();
  });

  it('takes back one that is armed and one that is scheduled', () => {
    const { board, desk } = prepare();
    const ids = desk.order([
      { service: 'sqs', kind: 'slow' },
      { service: 'sqs', kind: 'slow', afterMs: 10 },
    ]);

    const cancelled = ids.map((id) => desk.cancel(id));
    jest.advanceTimersByTime(10);

    expect(cancelled).toEqual([true, true]);
    expect(board.strike('slow')).toBeUndefined();
    expect(desk.cancel(ids[0])).toBe(false);
  });

  it('tells what is armed and what has struck', () => {
    const { board, desk } = prepare();
    const [id] = desk.order({ service: 'sqs', kind: 'slow', times: 2 });
    board.strike('slow');

    expect(desk.status()).toMatchObject({
      scheduled: [],
      services: { sqs: { armed: [{ id, kind: 'slow', struck: 1 }], struck: { slow: 1 } } },
    });
  });

  it.each([
    ['an unknown service', { service: 'x', kind: 'slow' }, 'there are sqs'],
    ['an unknown kind', { service: 'sqs', kind: 'x' }, 'it knows slow'],
    ['an unknown field', { service: 'sqs', kind: 'slow', often: 1 }, 'not a fault'],
  ])('refuses %s', (_name, order, message) => {
    const { desk } = prepare();

    expect(() => desk.order(order)).toThrow(message);
  });

  it('takes no order of a list with a wrong one', () => {
    const { board, desk } = prepare();
    const orders = [
      { service: 'sqs', kind: 'slow' },
      { service: 'sqs', kind: 'x' },
    ];

    expect(() => desk.order(orders)).toThrow();

    expect(board.status()).toEqual([]);
  });
});
