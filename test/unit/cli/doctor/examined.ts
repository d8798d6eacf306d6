import type { Finding } from '../../../../local/cli/doctor/finding';
import type { DoctorOptions } from '../../../../local/cli/doctor/patient';
import { runDoctor } from '../../../../local/cli/doctor/run-doctor';
import { createTonesEngine } from '../../../../local/recognisers/tones';
import { startLocalSystem, type LocalSystem } from '../../../../local/system/local-system';

/** A stream that the examined system has. */
export const STREAM_NAME = 'a-call';

export type Changes = Readonly<Record<string, string | undefined>>;

/** Gives the tests of a file one system to examine, without faults for each of them. */
export function withSystem(use: (system: LocalSystem, streamArn: string) => void): void {
  let system: LocalSystem;
  beforeAll(async () => {
    system = await startLocalSystem({ engine: createTonesEngine() });
    use(system, system.kinesisVideo.createStream(STREAM_NAME, { retentionHours: 1 }));
  });
  afterAll(() => system.stop());
  afterEach(() => {
    for (const board of Object.values(system.faults)) board.disarm();
  });
}

/** What doctor finds, by id, when the system's environment is changed so. */
export async function findingsIn(
  { env }: Pick<LocalSystem, 'env'>,
  changes: Changes = {},
  options: Partial<DoctorOptions> = {},
): Promise<ReadonlyMap<string, Finding>> {
  const findings = await runDoctor({ env: { ...env, ...changes }, ...options });
  return new Map(findings.map((finding) => [finding.id, finding]));
}
