import type { CategoryMatch } from '../../../shared/events';

/** Categories of a call that are remembered; of more the oldest may be told of again. */
const MAX_REMEMBERED = 256;
/** Audio that is heard again gives times that differ by less. */
const SAME_MS = 1_000;

/**
 * What has been told of a call's categories: a session that hears something again matches them
 * again. Whoever takes the call over begins with nothing, and may tell of one a second time.
 */
export class CategoryMemory {
  readonly #told: CategoryMatch[] = [];

  /** Those that have not been told yet; they are from now on. */
  news(found: readonly CategoryMatch[]): CategoryMatch[] {
    const news = found.filter((match) => !this.#told.some((told) => isSame(told, match)));
    this.#told.push(...news);
    if (this.#told.length > MAX_REMEMBERED)
      this.#told.splice(0, this.#told.length - MAX_REMEMBERED);
    return news;
  }
}

/** Without times the name decides. */
function isSame(told: CategoryMatch, match: CategoryMatch): boolean {
  if (told.name !== match.name) return false;
  return match.ranges.every(({ startMs, endMs }) =>
    told.ranges.some(
      (range) =>
        Math.abs(range.startMs - startMs) < SAME_MS && Math.abs(range.endMs - endMs) < SAME_MS,
    ),
  );
}
