import { readFileSync, readdirSync } from 'node:fs';

/** Clock ticks a second of /proc/PID/stat on Linux (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;
const BYTES_PER_KB = 1024;

/** CPU time of a process, user and system, all its threads, in milliseconds (10 ms steps). */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in parentheses that may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * BYTES_PER_KB;
}

/** Open files, sockets included. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
