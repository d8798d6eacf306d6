import { figure } from '../figures';
import type { BenchOptions } from '../options';
import { MEASURED_CORE } from '../process/pin';
import { startRole } from '../process/role';
import type { Report } from '../report';
import { median, short, spreadOf, spreadText } from '../statistics';
import { DECODERS } from './decoders';
import type { DecoderName } from './decoders';
import type { DemuxMethods } from './demux-role';

const HOUR_SECONDS = 3_600;
const QUICK_SECONDS = 10;
const ROUNDS = 5;
/** The slow ones take seconds for an hour of call: their spread is small, and time is short. */
const SLOW_ROUNDS = 2;
const SLOW_MS = 4_000;
const BLOCKS = [
  { bytes: 1024, atLeast: 2_000 },
  { bytes: 320, atLeast: 1_000 },
] as const;
const COMPARED = ['ebml', 'ebml-stream', 'ts-ebml', 'mediabunny'] as const;

interface Speeds {
  readonly mbPerSecond: readonly number[];
  readonly isWhole: boolean;
}

/** Bench 1: MB a second of the same generated hour of call. */
export async function runDemux(options: BenchOptions, report: Report): Promise<void> {
  const seconds = options.quick ? QUICK_SECONDS : HOUR_SECONDS;
  report.say(`demux: ${seconds} s of call, two tracks, reads of 64 KB; MB/s`);
  const names = Object.keys(DECODERS) as DecoderName[];
  const rows: string[][] = [['', ...BLOCKS.map(({ bytes }) => `${bytes}-byte blocks`)]];
  const cells = new Map<DecoderName, string[]>(names.map((name) => [name, []]));
  for (const { bytes, atLeast } of BLOCKS) {
    const speeds = await compare(names, seconds, bytes);
    const ours = median(speeds.get('callscribe')?.mbPerSecond ?? []);
    for (const name of names) {
      const { mbPerSecond = [], isWhole = false } = speeds.get(name) ?? {};
      const speed = spreadText(spreadOf(mbPerSecond));
      const ratio = `ours x ${short(ours / median(mbPerSecond))}`;
      const isUseful = isWhole ? '' : ' (not all of it)';
      cells.get(name)?.push(name === 'callscribe' ? speed : `${speed}, ${ratio}${isUseful}`);
      const target = name === 'callscribe' ? { atLeast } : {};
      report.add(figure(figureName(bytes, name), median(mbPerSecond), 'MB/s', target));
    }
    const best = Math.max(...COMPARED.map((name) => median(speeds.get(name)?.mbPerSecond ?? [])));
    const target = bytes === 320 ? { atLeast: 2 } : {};
    report.add(figure(`demux.${bytes}.to-best-package`, ours / best, 'ratio', target));
  }
  rows.push(...names.map((name) => [name, ...(cells.get(name) ?? [])]));
  report.table(rows);
}

function figureName(blockBytes: number, name: DecoderName): string {
  return `demux.${blockBytes}.${name.replace(' ', '-')}`;
}

/** All decoders side by side, round after round, so that the machine's moods strike all alike. */
async function compare(
  names: readonly DecoderName[],
  seconds: number,
  blockBytes: number,
): Promise<Map<DecoderName, Speeds>> {
  const found = new Map<DecoderName, { mbPerSecond: number[]; isWhole: boolean }>();
  const roles = names.map((name) => ({
    name,
    role: startRole<DemuxMethods>('demux', MEASURED_CORE),
  }));
  try {
    for (const { name, role } of roles) await role.ask.prepare(name, seconds, blockBytes);
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, role } of roles) {
        const speeds = found.get(name) ?? { mbPerSecond: [], isWhole: true };
        if (round >= SLOW_ROUNDS && isSlow(speeds.mbPerSecond, seconds)) continue;
        const { bytes, ms, isWhole } = await role.ask.run();
        speeds.mbPerSecond.push(bytes / 1000 / ms);
        speeds.isWhole &&= isWhole;
        found.set(name, speeds);
      }
    }
    return found;
  } finally {
    await Promise.all(roles.map(({ role }) => role.stop()));
  }
}

function isSlow(mbPerSecond: readonly number[], seconds: number): boolean {
  const mbPerHour = 32 * 3.6;
  return (mbPerHour * (seconds / HOUR_SECONDS)) / median(mbPerSecond) > SLOW_MS / 1000;
}
