import type { CallRecord } from '../../shared/record';
import { MemoryLog, RATE_HZ, START_MS, goldenCall, runStory, type GoldenCall } from './fake-edges';
import { valueSessions, type SpokenWord } from './value-session';

const at = (ms: number) => new Date(START_MS + ms).toISOString();

/** Words of `lengthMs`, one every `everyMs`, numbered from `first` on. */
function words(first: number, fromMs: number, toMs: number, everyMs: number, lengthMs = 80) {
  const spoken: SpokenWord[] = [];
  for (let ms = fromMs; ms + lengthMs <= toMs; ms += everyMs) {
    spoken.push({
      word: first + spoken.length,
      startSample: (ms * RATE_HZ) / 1000,
      endSample: ((ms + lengthMs) * RATE_HZ) / 1000,
    });
  }
  return spoken;
}

/** What a call's words are in a transcript, per channel. */
function said({ words: spoken }: GoldenCall, channel: 'caller' | 'agent') {
  return (spoken[channel] ?? []).map(({ word, startSample, endSample }) => ({
    text: String(word),
    startMs: (startSample * 1000) / RATE_HZ,
    endMs: (endSample * 1000) / RATE_HZ,
    confidence: 1,
  }));
}

function heard(records: readonly CallRecord[], channel: 'caller' | 'agent') {
  return records.flatMap(({ fact }) =>
    fact.type === 'segment' && fact.channel === channel ? fact.words : [],
  );
}

function factsOf(records: readonly CallRecord[]) {
  return records.map(({ fact }) => fact);
}

describe('a golden call', () => {
  // 6 s of both parties: the caller says three words together and two apart, the agent two.
  const call = goldenCall('contact-1', 6, {
    caller: [
      { word: 1, startSample: 1_600, endSample: 2_401 },
      { word: 2, startSample: 2_405, endSample: 3_200 },
      { word: 3, startSample: 4_000, endSample: 4_800 },
      { word: 4, startSample: 16_000, endSample: 17_600 },
    ],
    agent: [
      { word: 11, startSample: 12_000, endSample: 12_800 },
      { word: 12, startSample: 40_000, endSample: 41_600 },
    ],
  });

  it('becomes exactly these records', async () => {
    const { records } = await runStory({ call });

    const segment = (
      channel: 'caller' | 'agent',
      n: number,
      spoken: readonly [string, number, number][],
    ) => ({
      type: 'segment',
      channel,
      startMs: spoken[0]![1],
      endMs: spoken.at(-1)![2],
      startTime: at(spoken[0]![1]),
      text: spoken.map(([text]) => text).join(' '),
      words: spoken.map(([text, startMs, endMs]) => ({ text, startMs, endMs, confidence: 1 })),
      resultId: `result-${n}`,
      sessionOrdinal: 1,
    });
    const legs = call.request.legs.map(({ channel, streamArn, track }) => ({
      type: 'leg',
      channel,
      streamArn,
      track,
      startMs: 0,
      startTime: at(0),
    }));
    expect(factsOf(records)).toEqual([
      ...legs,
      segment('caller', 1, [
        ['1', 200, 300],
        ['2', 301, 400],
        ['3', 500, 600],
      ]),
      segment('agent', 2, [['11', 1500, 1600]]),
      segment('caller', 3, [['4', 2000, 2200]]),
      segment('agent', 4, [['12', 5000, 5200]]),
      {
        type: 'session',
        ordinal: 1,
        startMs: 0,
        endMs: 6000,
        billedSeconds: 15,
        end: 'call-ended',
      },
      {
        type: 'completed',
        reason: 'ended',
        startTime: at(0),
        endMs: 6000,
        account: {
          receivedMs: 12_000,
          transcribedMs: 12_000,
          silentMs: 0,
          missingMs: 0,
          sessions: 1,
          retries: 0,
          billedSeconds: 15,
        },
      },
    ]);
  });

  it('numbers its records without holes and says in each where to go on', async () => {
    const { records } = await runStory({ call });

    expect(records.map(({ seq }) => seq)).toEqual(records.map((_record, index) => index + 1));
    const first = records.find(({ fact }) => fact.type === 'segment');
    expect(first).toMatchObject({
      previousSeq: null,
      state: {
        startTimeMs: START_MS,
        sampleRateHz: RATE_HZ,
        legs: [{ resume: { sample: 0, received: 0 } }, { resume: { sample: 0, received: 0 } }],
      },
    });
    // Past its last word, and an onset before the next one at most.
    expect(first?.state.marks.caller).toBeGreaterThanOrEqual(4_800);
    expect(first?.state.marks.caller).toBeLessThanOrEqual(12_000);
    expect(records.at(-1)?.state.marks).toEqual({ caller: 48_000, agent: 48_000 });
  });

  it('becomes exactly these events', async () => {
    const { records, events } = await runStory({ call });

    const published = records.filter(({ fact }) => ['segment', 'completed'].includes(fact.type));
    expect(
      events.map(({ detailType, detail }) => [detailType, detail.seq, detail.previousSeq]),
    ).toEqual(
      published.map(({ fact, seq }, index) => [
        fact.type === 'segment' ? 'Transcript Segment' : 'Transcription Completed',
        seq,
        index === 0 ? null : published[index - 1]?.seq,
      ]),
    );
    const { type: _type, ...fact } = published[0]!.fact;
    expect(events[0]).toEqual({
      source: 'callscribe',
      detailType: 'Transcript Segment',
      detail: {
        schemaVersion: 1,
        eventId: `contact-1#${published[0]?.seq}`,
        callId: 'contact-1',
        seq: published[0]?.seq,
        previousSeq: null,
        ...fact,
      },
    });
  });

  it('publishes partials when they are asked for, beside the log', async () => {
    const wanted = { ...call, request: { ...call.request, options: { partials: true } } };

    const { records, events } = await runStory({ call: wanted });

    const partials = events.filter(({ detailType }) => detailType === 'Transcript Partial');
    expect(partials.length).toBeGreaterThan(0);
    expect(partials[0]?.detail).toMatchObject({
      seq: null,
      previousSeq: null,
      callId: 'contact-1',
    });
    expect(factsOf(records).filter(({ type }) => type === 'segment')).toHaveLength(4);
  });
});

describe('a call that is taken over', () => {
  const call = goldenCall('contact-2', 20, {
    caller: words(1, 150, 19_900, 1_030),
    agent: words(101, 3_017, 19_500, 730),
  });

  it.each(['mono', 'stereo'])('says the same from wherever its log ends: %s', async (kind) => {
    const part =
      kind === 'stereo' ? call : goldenCall('contact-2', 20, { caller: call.words.caller ?? [] });
    const { records } = await runStory({ call: part });
    expect(heard(records, 'caller')).toEqual(said(part, 'caller'));

    for (let kept = 1; kept < records.length; kept++) {
      const log = new MemoryLog(records.slice(0, kept));

      const resumed = await runStory({ call: part, log });

      const found = [heard(resumed.records, 'caller'), heard(resumed.records, 'agent')];
      expect({ kept, found }).toEqual({ kept, found: [said(part, 'caller'), said(part, 'agent')] });
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

    expect(heard(log.records, 'caller')).toEqual(said(call, 'caller'));
    expect(heard(log.records, 'agent')).toEqual(said(call, 'agent'));
  });
});

describe('a call with trouble', () => {
  it('has a gap where a fragment was lost, told once, and all else', async () => {
    const call = goldenCall('contact-3', 8, { caller: words(1, 100, 7_900, 250) }, [3]);

    const { records } = await runStory({ call });

    const gaps = factsOf(records).filter(({ type }) => type === 'gap');
    expect(gaps).toEqual([
      {
        type: 'gap',
        channel: 'caller',
        startMs: 3_000,
        endMs: 4_000,
        startTime: at(3_000),
        reason: 'hole',
      },
    ]);
    const outside = said(call, 'caller').filter(
      ({ endMs, startMs }) => endMs <= 3_000 || startMs >= 4_000,
    );
    expect(heard(records, 'caller')).toEqual(expect.arrayContaining(outside));
    expect(records.at(-1)?.fact).toMatchObject({
      account: { receivedMs: 7_000, transcribedMs: 7_000, missingMs: 1_000 },
    });
  });

  it('has a gap over all of it for a party that never delivers', async () => {
    const mono = goldenCall('contact-4', 5, { caller: words(1, 100, 4_900, 500) });
    const both = goldenCall('contact-4', 5, { caller: [], agent: [] });
    const call = { ...mono, request: both.request };

    const { records } = await runStory({ call });

    expect(heard(records, 'caller')).toEqual(said(call, 'caller'));
    expect(factsOf(records).filter(({ type }) => type === 'gap')).toEqual([
      {
        type: 'gap',
        channel: 'agent',
        startMs: 0,
        endMs: 5_000,
        startTime: at(0),
        reason: 'absent',
      },
    ]);
    expect(records.at(-1)?.fact).toMatchObject({ account: { missingMs: 5_000 } });
  });

  it('loses nothing to sessions that fail, and counts them', async () => {
    const call = goldenCall('contact-5', 12, {
      caller: words(1, 100, 11_900, 330),
      agent: words(201, 220, 11_900, 470),
    });
    const failAt = [1, 24_001, 16_000, 40_000];
    const openSession = valueSessions((session) => {
      session.failAtSample = failAt.shift() ?? Infinity;
    });

    const { records } = await runStory({ call, openSession });

    expect(heard(records, 'caller')).toEqual(said(call, 'caller'));
    expect(heard(records, 'agent')).toEqual(said(call, 'agent'));
    const ends = factsOf(records).flatMap((fact) => (fact.type === 'session' ? [fact.end] : []));
    expect(ends).toEqual(['failed', 'failed', 'failed', 'failed', 'call-ended']);
    expect(records.at(-1)?.fact).toMatchObject({ account: { sessions: 5, retries: 4 } });
  });

  it('rolls over through speech without losing, repeating or moving a word', async () => {
    const call = goldenCall('contact-6', 60, {
      caller: words(1, 100, 59_900, 190, 150),
      agent: words(1_001, 160, 59_900, 230, 150),
    });

    const { records } = await runStory({ call, env: { SESSION_LIMIT_MS: '15000' } });

    expect(heard(records, 'caller')).toEqual(said(call, 'caller'));
    expect(heard(records, 'agent')).toEqual(said(call, 'agent'));
    const sessions = factsOf(records).filter(({ type }) => type === 'session');
    expect(sessions.length).toBeGreaterThan(4);
  });

  it('suspends its session in silence and says so in its account', async () => {
    const call = goldenCall('contact-7', 60, {
      caller: [...words(1, 100, 3_000, 500), ...words(50, 40_000, 44_000, 500)],
    });

    const { records } = await runStory({ call, env: { SUSPEND_SILENCE_MS: '5000' } });

    expect(heard(records, 'caller')).toEqual(said(call, 'caller'));
    const end = records.at(-1)?.fact;
    const account = end?.type === 'completed' ? end.account : undefined;
    expect(account?.silentMs).toBeGreaterThan(30_000);
    expect(account?.receivedMs).toBe(60_000);
    expect(account?.transcribedMs).toBe(60_000 - (account?.silentMs ?? 0));
  });
});
