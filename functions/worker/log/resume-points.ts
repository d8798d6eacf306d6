import type { Channel } from '../../../shared/call';
import type { ResumePoint } from '../../../shared/record';

/** Points kept per leg: an hour of one-second fragments while nothing is heard. */
const MAX_POINTS = 3_600;

/** Where each leg can be read again, for marks that are still on their way. */
export class ResumePoints {
  readonly #points = new Map<Channel, ResumePoint[]>();

  add(channel: Channel, point: ResumePoint): void {
    const points = this.#points.get(channel);
    if (points === undefined) this.#points.set(channel, [point]);
    else {
      points.push(point);
      // The oldest one is where a resume would begin: the second goes.
      if (points.length > MAX_POINTS) points.splice(1, 1);
    }
  }

  /** The last point at or before `sample` (or the first there is); forgets those before it. */
  at(channel: Channel, sample: number): ResumePoint | undefined {
    const points = this.#points.get(channel);
    if (points === undefined) return undefined;
    let keep = 0;
    while (keep + 1 < points.length && (points[keep + 1]?.sample ?? Infinity) <= sample) keep += 1;
    if (keep > 0) points.splice(0, keep);
    return points[0];
  }
}
