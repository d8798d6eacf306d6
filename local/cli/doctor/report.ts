import type { coloursFor } from '../output/terminal';
import { printable } from '../output/terminal';
import type { Finding, FindingStatus } from './finding';

type Colours = ReturnType<typeof coloursFor>;

const STATUS_WIDTH = 9;
const TITLE_WIDTH = 31;

/** The findings for people: one line each, and what to do below those that are not well. */
export function reportLines(findings: readonly Finding[], colours: Colours): string[] {
  const paint: Readonly<Record<FindingStatus, (text: string) => string>> = {
    ok: colours.green,
    warning: colours.yellow,
    failed: colours.red,
    skipped: colours.dim,
  };
  const told = new Set<string>();
  return findings.flatMap(({ status, title, found, cause, cure, failure }) => {
    const indent = ' '.repeat(STATUS_WIDTH);
    const advice = [
      ...(cause === undefined ? [] : [`likely cause: ${cause}`]),
      ...(cure === undefined ? [] : [`what to do: ${cure}`]),
      ...(failure === undefined ? [] : [`more: docs/errors.md#${failure}`]),
    ];
    const key = advice.join();
    const isNews = !told.has(key);
    told.add(key);
    const painted = paint[status](status.padEnd(STATUS_WIDTH));
    return [
      `${painted}${title.padEnd(TITLE_WIDTH)}${printable(found)}\n`,
      // Two checks of one service fail alike: what to do is said once.
      ...(isNews ? advice.map((text) => `${indent}${printable(text)}\n`) : []),
    ];
  });
}

export function summaryLine(findings: readonly Finding[]): string {
  const count = (status: FindingStatus) =>
    findings.filter((finding) => finding.status === status).length;
  const [failures, warnings] = [count('failed'), count('warning')];
  if (failures === 0 && warnings === 0) return 'everything that was looked at is well\n';
  return `${failures} failed, ${warnings} to know about\n`;
}
