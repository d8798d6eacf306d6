import { ResumePoints } from '../../../functions/worker/log/resume-points';
import type { ResumePoint } from '../../../shared/record';

function point(sample: number): ResumePoint {
  return {
    fragmentNumber: String(sample),
    previousFragmentNumber: null,
    producerTimestampMs: 0,
    sample,
    anchorMs: 0,
    received: sample,
  };
}

function pointsAt(...samples: number[]): ResumePoints {
  const points = new ResumePoints();
  for (const sample of samples) points.add('caller', point(sample));
  return points;
}

describe('ResumePoints', () => {
  it.each([
    [0, 100],
    [100, 100],
    [199, 100],
    [200, 200],
    [999, 300],
  ])('gives the last place at or before sample %i', (sample, expected) => {
    expect(pointsAt(100, 200, 300).at('caller', sample)?.sample).toBe(expected);
  });

  it('knows nothing of a channel that has none', () => {
    expect(pointsAt(100).at('agent', 500)).toBeUndefined();
  });

  it('keeps the place where a resume would begin, however many come after it', () => {
    const points = pointsAt(...Array.from({ length: 10_000 }, (_, i) => i * 100));

    expect(points.at('caller', 0)?.sample).toBe(0);
    expect(points.at('caller', 999_900)?.sample).toBe(999_900);
  });

  it('forgets what lies before a place that was asked for', () => {
    const points = pointsAt(100, 200, 300);
    points.at('caller', 300);

    expect(points.at('caller', 100)?.sample).toBe(300);
  });
});
