interface Parts {
  readonly hours: number;
  readonly minutes: string;
  readonly seconds: string;
  readonly milliseconds: string;
}

/** A timeline position for people: `MM:SS.mmm`, from one hour on `H:MM:SS.mmm`. */
export function formatPosition(ms: number): string {
  const { hours, minutes, seconds, milliseconds } = split(ms);
  return `${hours > 0 ? `${hours}:` : ''}${minutes}:${seconds}.${milliseconds}`;
}

/** A length of time for people: `M:SS`, from one hour on `H:MM:SS`, rounded. */
export function formatLength(ms: number): string {
  const { hours, minutes, seconds } = split(Math.round(ms / 1000) * 1000);
  return hours > 0 ? `${hours}:${minutes}:${seconds}` : `${Number(minutes)}:${seconds}`;
}

/** A subtitle time, `HH:MM:SS` and three decimals; WebVTT separates them by `.`, SubRip by `,`. */
export function formatCueTime(ms: number, separator: '.' | ','): string {
  const { hours, minutes, seconds, milliseconds } = split(ms);
  return `${pad(hours, 2)}:${minutes}:${seconds}${separator}${milliseconds}`;
}

function split(ms: number): Parts {
  const whole = Math.max(0, Math.round(ms));
  return {
    hours: Math.floor(whole / 3_600_000),
    minutes: pad(Math.floor(whole / 60_000) % 60, 2),
    seconds: pad(Math.floor(whole / 1000) % 60, 2),
    milliseconds: pad(whole % 1000, 3),
  };
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
