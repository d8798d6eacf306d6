import type { CallItem } from '../../../shared/call-item';
import { printable, type coloursFor } from '../output/terminal';
import { formatLength } from './position';

type Colours = ReturnType<typeof coloursFor>;

const HEADINGS = ['STARTED (UTC)', 'CALL', 'STATUS', 'LENGTH', 'SEGMENTS', 'GAPS', 'END'] as const;
const STATUS_COLUMN = 2;
const SEPARATOR = '  ';

/** Lines of a table, headings first; attributes are left out, they may hold phone numbers. */
export function formatCallsTable(calls: readonly CallItem[], colours: Colours): string[] {
  const rows = calls.map(cells);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[], paint: (cell: string, column: number) => string): string =>
    `${row
      .map((cell, column) => paint(cell.padEnd(widths[column] ?? 0), column))
      .join(SEPARATOR)
      .trimEnd()}\n`;
  return [
    line(HEADINGS, (cell) => colours.bold(cell)),
    ...rows.map((row) =>
      line(row, (cell, column) => (column === STATUS_COLUMN ? paintStatus(cell, colours) : cell)),
    ),
  ];
}

function cells(call: CallItem): string[] {
  return [
    (call.startedAt ?? '').slice(0, 19).replace('T', ' '),
    call.callId,
    call.status,
    call.endMs === undefined ? '' : formatLength(call.endMs),
    String(call.segments ?? ''),
    String(call.gaps ?? ''),
    printable(call.errorCode ?? call.endReason ?? ''),
  ];
}

function paintStatus(status: string, colours: Colours): string {
  if (status.startsWith('failed')) return colours.red(status);
  return status.startsWith('completed') ? status : colours.green(status);
}
