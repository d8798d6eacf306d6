import { sessionIdOf } from '../../../functions/worker/transcribe/session-id';

const ID = '7D1f3a52-6c9b-4b0e-9c55-0f7d2b7a1c11';

describe('sessionIdOf', () => {
  it("is the call's own for its first session, and none without one", () => {
    expect(sessionIdOf(ID)).toBe(ID);
    expect(sessionIdOf(ID, 1)).toBe(ID);
    expect(sessionIdOf(undefined, 2)).toBeUndefined();
  });

  it('is another UUID for every later session, the same wherever it is made', () => {
    const ids = Array.from({ length: 50 }, (_, index) => sessionIdOf(ID, index + 1));

    expect(new Set(ids).size).toBe(50);
    expect(sessionIdOf(ID.toLowerCase(), 7)).toBe(ids[6]);
    for (const id of ids.slice(1)) {
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    }
  });
});
