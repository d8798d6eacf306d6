import { RATE_HZ, START_MS, goldenCall, runStory } from './fake-edges';
import { at, factsOf } from './spoken';

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
