import { planIncidents } from '../../../local/demo/incident-plan';

describe('planIncidents', () => {
  it('plans the same for the same seed, and not for another', () => {
    expect(planIncidents(5)).toEqual(planIncidents(5));
    expect(planIncidents(5)).not.toEqual(planIncidents(6));
  });

  it('has the failure before the rollover and the kill after it, inside a call of 36 s', () => {
    for (let seed = 0; seed < 500; seed++) {
      const { sessionFault, sessionLimitMs, killAtMs } = planIncidents(seed);

      expect(sessionFault.settings?.afterMs).toBeLessThan(sessionLimitMs / 2);
      expect(killAtMs).toBeGreaterThan(sessionLimitMs * 0.9);
      expect(killAtMs).toBeLessThan(30_000);
    }
  });
});
