const FIELDS = 4;
/** What was said in a window's last seconds may be stored after it. */
const TAIL_MS = 5_000;

export interface JoinedFinals {
  readonly delaysMs: readonly number[];
  /** Finals without a counterpart, those of the window's end left out. */
  readonly missing: number;
}

/**
 * How long after each final result its record (or event) was there. Both lists hold call,
 * channel, ordinal and machine time, again and again.
 */
export function joinFinals(sent: Float64Array, arrived: Float64Array): JoinedFinals {
  const arrivedMs = new Map<string, number>();
  for (let at = 0; at < arrived.length; at += FIELDS) {
    const key = keyAt(arrived, at);
    if (!arrivedMs.has(key)) arrivedMs.set(key, arrived[at + 3] ?? NaN);
  }
  const delaysMs: number[] = [];
  let missing = 0;
  let lastMs = -Infinity;
  for (let at = 3; at < sent.length; at += FIELDS) lastMs = Math.max(lastMs, sent[at] ?? 0);
  for (let at = 0; at < sent.length; at += FIELDS) {
    const sentMs = sent[at + 3] ?? NaN;
    const foundMs = arrivedMs.get(keyAt(sent, at));
    if (foundMs !== undefined) delaysMs.push(foundMs - sentMs);
    else if (sentMs < lastMs - TAIL_MS) missing += 1;
  }
  return { delaysMs, missing };
}

function keyAt(list: Float64Array, at: number): string {
  return `${list[at]}/${list[at + 1]}/${list[at + 2]}`;
}
