import { Endpointer, levelDbfs } from '../../../local/recognisers/speech/endpointer';
import type { EndpointEvent } from '../../../local/recognisers/speech/endpointer';

const SPEECH_DB = -25;
const SILENCE_DB = -Infinity;

interface TimedEvent {
  readonly frame: number;
  readonly event: EndpointEvent;
}

/** Runs stretches of [frames, level] and returns what happened at which frame. */
function run(...stretches: readonly (readonly [number, number])[]): TimedEvent[] {
  const endpointer = new Endpointer();
  const levels = stretches.flatMap(([frames, level]) => Array<number>(frames).fill(level));
  return levels
    .map((level, frame) => ({ frame, event: endpointer.step(level) }))
    .filter(({ event }) => event.kind !== 'none');
}

function kinds(events: readonly TimedEvent[]): string[] {
  return events.map(({ event }) => event.kind);
}

describe('Endpointer', () => {
  it('begins at speech and ends after a pause of 400 ms', () => {
    const events = run([50, SILENCE_DB], [100, SPEECH_DB], [60, SILENCE_DB]);

    expect(events).toEqual([
      { frame: 53, event: { kind: 'onset' } },
      { frame: 189, event: { kind: 'pause' } },
    ]);
  });

  it('lets shorter pauses pass', () => {
    const events = run([100, SPEECH_DB], [39, SILENCE_DB], [100, SPEECH_DB]);

    expect(kinds(events)).toEqual(['onset']);
  });

  it('takes no click for speech', () => {
    const events = run([50, SILENCE_DB], [3, SPEECH_DB], [50, SILENCE_DB]);

    expect(events).toEqual([]);
  });

  it('hears quiet speech on a quiet line', () => {
    const events = run([50, -75], [100, -50], [60, -75]);

    expect(kinds(events)).toEqual(['onset', 'pause']);
  });

  it('comes to take steady noise for silence', () => {
    const events = run([3_000, -45], [100, SPEECH_DB], [60, -45]);

    expect(kinds(events.filter(({ frame }) => frame >= 2_000))).toEqual(['onset', 'pause']);
  });

  it('ends at a shorter pause once an utterance is long', () => {
    const events = run([750, SPEECH_DB], [15, SILENCE_DB], [10, SPEECH_DB]);

    expect(events.at(1)).toEqual({ frame: 764, event: { kind: 'pause' } });
  });

  it('cuts after 10 s at the quietest place of the last 1.5 s', () => {
    const events = run([900, SPEECH_DB], [7, -40], [200, SPEECH_DB]);

    const [onset, cut] = events;
    const cutFrame = (cut?.frame ?? 0) - (cut?.event.kind === 'cut' ? cut.event.framesBack : 0);
    expect(kinds(events)).toEqual(['onset', 'cut']);
    expect((cut?.frame ?? 0) - (onset?.frame ?? 0)).toBe(1_000);
    expect(cutFrame).toBeGreaterThanOrEqual(900);
    expect(cutFrame).toBeLessThan(907);
  });

  it('goes on cutting sound that never ends, each part at most 10 s long', () => {
    const events = run([6_000, -20]);

    const cuts = events.flatMap(({ frame, event }) =>
      event.kind === 'cut' ? [frame - event.framesBack] : [],
    );
    const lengths = cuts.slice(1).map((cut, index) => cut - (cuts[index] ?? 0));
    expect(cuts.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1_000);
  });
});

describe('levelDbfs', () => {
  it('is 0 at full scale and -Infinity for digital silence', () => {
    expect(levelDbfs(new Int16Array(160).fill(-32_768))).toBe(0);
    expect(levelDbfs(new Int16Array(160))).toBe(-Infinity);
  });
});
