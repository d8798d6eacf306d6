import { MemoryLog, goldenCall, runStory } from './fake-edges';
import { heard, said, words } from './spoken';

describe('a call that is taken over', () => {
  const call = goldenCall('contact-2', 20, {
    caller: words(1, 150, 19_900, 1_030),
    agent: words(101, 3_017, 19_500, 730),
  });

  it.each(['mono', 'stereo'])('says the same from wherever its log ends: %s', async (kind) => {
    const part =
      kind === 'stereo' ? call : goldenCall('contact-2', 20, { caller: call.words.caller ?? [] });
    const { records } = await runStory({ call: part });
    expect(heard(records, 'caller')).toEqual(said(part.words.caller));

    for (let kept = 1; kept < records.length; kept++) {
      const log = new MemoryLog(records.slice(0, kept));

      const resumed = await runStory({ call: part, log });

      const found = [heard(resumed.records, 'caller'), heard(resumed.records, 'agent')];
      expect({ kept, found }).toEqual({
        kept,
        found: [said(part.words.caller), said(part.words.agent)],
      });
      const end = resumed.records.at(-1)?.fact;
      expect(end).toMatchObject({ type: 'completed', endMs: 20_000 });
      expect(end).toHaveProperty('account.receivedMs', kind === 'stereo' ? 40_000 : 20_000);
    }
  });

  it('says the same when its pipeline is stopped at any record and begun anew', async () => {
    const log = new MemoryLog();
    for (let runs = 0; ; runs++) {
      const stop = new AbortController();
      const before = log.records.length;
      const append = log.append.bind(log);
      // Each run gets to write three records of its own.
      log.append = (record) => {
        if (record.seq - before >= 3) stop.abort();
        return append(record);
      };
      const story = runStory({ call, log, signal: stop.signal });
      const outcome = await story.catch((reason: unknown) => reason as { code: string });
      log.append = append;
      if ('records' in outcome) break;
      expect(outcome.code).toBe('aborted');
      expect(runs).toBeLessThan(100);
    }

    expect(heard(log.records, 'caller')).toEqual(said(call.words.caller));
    expect(heard(log.records, 'agent')).toEqual(said(call.words.agent));
  });
});
