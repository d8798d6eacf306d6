/** What the issue asks to be zero, for one call or summed over several. */
export interface Judgement {
  lost: number;
  duplicated: number;
  shifted: number;
  eventsMissing: number;
  outOfOrder: number;
  foreign: number;
  claimedGapMs: number;
  unclaimedGapMs: number;
  /** Promises of another kind that were broken; `notes` says which. */
  other: number;
}

export const COLUMNS = [
  'lost',
  'duplicated',
  'shifted',
  'eventsMissing',
  'outOfOrder',
  'foreign',
  'claimedGapMs',
  'unclaimedGapMs',
  'other',
] as const satisfies readonly (keyof Judgement)[];

export function clean(): Judgement {
  return {
    lost: 0,
    duplicated: 0,
    shifted: 0,
    eventsMissing: 0,
    outOfOrder: 0,
    foreign: 0,
    claimedGapMs: 0,
    unclaimedGapMs: 0,
    other: 0,
  };
}

export function isClean(judgement: Judgement): boolean {
  return COLUMNS.every((column) => judgement[column] === 0);
}

export function addTo(sum: Judgement, part: Judgement): void {
  for (const column of COLUMNS) sum[column] += part[column];
}
