import type { CallRecord, Fact } from '../../../shared/record';
import { IncidentWatch } from '../../../local/demo/incident-watch';
import type { WorkerHandle } from '../../../local/system/worker-fleet';

const KILL_AT_MS = 5000;

/** A fleet of workers that only note what is done to them. */
function setUp({ killAtMs }: { readonly killAtMs?: number } = { killAtMs: KILL_AT_MS }) {
  const signals: string[] = [];
  const notes: string[] = [];
  const worker = (pid: number): WorkerHandle => ({
    pid,
    exited: new Promise(() => undefined),
    alive: true,
    signal: (name) => void signals.push(`${pid} ${name}`),
  });
  const workers = [worker(1)];
  const fleet = {
    workers,
    start: () => {
      workers.push(worker(workers.length + 1));
      return workers[workers.length - 1]!;
    },
  };
  const note = (sentence: string): void => void notes.push(sentence);
  const watch = new IncidentWatch({ killAtMs, fleet, note, nowMs: () => 1000 });
  return { watch, workers, signals, notes };
}

function record(fact: Fact, writer = 'a', atMs = 0): CallRecord {
  return { fact, writer, at: new Date(atMs).toISOString() } as CallRecord;
}

const CLAIMED: Fact = { type: 'claimed', messageId: 'm' };

function session(end: 'rollover' | 'failed' | 'stalled' | 'call-ended'): Fact {
  return { type: 'session', ordinal: 1, startMs: 0, endMs: 1, billedSeconds: 15, end };
}

describe('IncidentWatch', () => {
  it('counts the sessions of the log by how they ended', () => {
    const { watch } = setUp();

    for (const end of ['rollover', 'failed', 'stalled', 'rollover', 'call-ended'] as const) {
      watch.onRecord(record(session(end)));
    }

    expect(watch.incidents).toMatchObject({ rollovers: 2, sessionFailures: 2 });
  });

  it('starts a second worker once the first has the call, and kills the first one once', () => {
    const { watch, workers, signals } = setUp();
    watch.onRecord(record(CLAIMED));

    watch.onPosition(KILL_AT_MS - 1);
    watch.onPosition(KILL_AT_MS);
    watch.onPosition(KILL_AT_MS + 1);

    expect(workers).toHaveLength(2);
    expect(signals).toEqual(['1 SIGKILL']);
  });

  it('kills nobody before the call is claimed', () => {
    const { watch, signals } = setUp();

    watch.onPosition(KILL_AT_MS);

    expect(signals).toEqual([]);
  });

  it('leaves the workers of a calm demo alone', () => {
    const { watch, workers, signals } = setUp({});
    watch.onRecord(record(CLAIMED));

    watch.onPosition(KILL_AT_MS);

    expect(workers).toHaveLength(1);
    expect(signals).toEqual([]);
  });

  it('measures the outage from the kill to the claim of another worker', () => {
    const { watch, notes } = setUp();
    watch.onRecord(record(CLAIMED));
    watch.onPosition(KILL_AT_MS);
    watch.onLoss('SIGKILL');

    watch.onRecord(record(CLAIMED, 'b', 8250));

    expect(watch.incidents).toMatchObject({ workerKills: 1, resumedAfterMs: 7250 });
    expect(watch.outage).toEqual({ fromMs: 1000, toMs: 8250 });
    expect(notes).toEqual(['worker killed, another has taken over after 7.3 s']);
  });

  it('does not call an exit of its own a kill', () => {
    const { watch } = setUp();

    watch.onLoss('exit code 1');

    expect(watch.incidents.workerKills).toBe(0);
  });
});
