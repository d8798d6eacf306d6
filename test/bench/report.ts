import { cpus, release, totalmem } from 'node:os';

import type { Figure } from './figures';
import { canPin } from './process/pin';

const GB = 1024 ** 3;

/** Where benches write: tables for people, or figures for programs. */
export class Report {
  readonly figures: Figure[] = [];

  constructor(
    private readonly isJson: boolean,
    private readonly write: (text: string) => void = (text) => void process.stdout.write(text),
  ) {}

  add(...figures: readonly Figure[]): void {
    this.figures.push(...figures);
    if (!this.isJson) return;
    for (const each of figures) this.write(`${JSON.stringify(each)}\n`);
  }

  /** Takes over what another has gathered. */
  include(other: Report, lines: readonly string[]): void {
    this.figures.push(...other.figures);
    for (const line of lines) this.write(line);
  }

  /** The figures from one on, one JSON object a line. */
  lines(from: number): string {
    return this.figures
      .slice(from)
      .map((each) => `${JSON.stringify(each)}\n`)
      .join('');
  }

  /** A line for people. */
  say(line = ''): void {
    if (!this.isJson) this.write(`${line}\n`);
  }

  /** Columns as wide as they need to be; the first row is the head. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    for (const row of rows) {
      this.say(
        row
          .map((cell, column) =>
            column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
          )
          .join('  '),
      );
    }
    this.say();
  }

  /** Every figure that has a target, and whether it is met. */
  targets(): void {
    const rows = this.figures
      .filter(({ target }) => target !== null)
      .map(({ name, value, unit, target, met }) => [
        name,
        value === null ? '-' : String(value),
        unit,
        target ?? '',
        met === true ? 'met' : 'not met',
      ]);
    if (rows.length > 0) this.table([['figure', 'value', 'unit', 'target', ''], ...rows]);
  }
}

/** One line that says on what the figures were measured. */
export function machineText(): string {
  const cores = cpus();
  const pins = canPin()
    ? 'worker pinned to core 0, everything else to core 1'
    : 'nothing pinned (no taskset, or one core)';
  return (
    `${cores.length} x ${cores[0]?.model.trim() ?? 'unknown'}, ${(totalmem() / GB).toFixed(0)} GB, ` +
    `Linux ${release()}, Node ${process.version}; ${pins}`
  );
}
