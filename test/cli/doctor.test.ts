import { freshFolder, runCallscribe, startLocal, type RunningLocal } from '../support/callscribe';

jest.setTimeout(60_000);

interface Report {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly id: string;
    readonly status: string;
    readonly failure?: string;
  }[];
}

/** No profile, no role, no network for metadata: only what a test gives. */
const NOTHING = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

describe('callscribe doctor, where a local system runs', () => {
  let local: RunningLocal;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(() => local.stop());

  it('finds the system by itself, and that all is well', async () => {
    const { code, stdout, stderr } = await runCallscribe(['doctor'], { cwd: local.cwd });

    expect(stderr).toBe('everything that was looked at is well\n');
    expect(stdout).toMatch(/^ok +local system +1 workers$/m);
    expect(stdout).not.toContain('\u001b');
    expect(code).toBe(0);
  });

  it('gives one JSON object', async () => {
    const { code, stdout } = await runCallscribe(['doctor', '--json'], { cwd: local.cwd });

    const report = JSON.parse(stdout) as Report;
    expect(report.ok).toBe(true);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(report.findings.map(({ id }) => id)).toContain('call-log-table');
    expect(code).toBe(0);
  });

  it('fails when something is wrong, and shows no secret', async () => {
    const secret = 'a-secret-that-nobody-may-see';
    const env = { ...local.env, AWS_SECRET_ACCESS_KEY: secret };

    const { code, stdout, stderr } = await runCallscribe(['doctor'], { cwd: local.cwd, env });

    expect(stdout).toMatch(/^failed +Amazon Transcribe +the signature of the request is wrong/m);
    expect(stdout).toContain('what to do: set both keys anew');
    expect(stdout).toContain('docs/errors.md#wrong-secret');
    expect(stdout + stderr).not.toContain(secret);
    expect(code).toBe(1);
  });
});

describe('callscribe doctor, where there is nothing', () => {
  it('names region and credentials once, and tries nothing without them', async () => {
    const { code, stdout } = await runCallscribe(['doctor', '--json'], {
      cwd: freshFolder(),
      env: NOTHING,
    });

    const { findings } = JSON.parse(stdout) as Report;
    const failed = findings.filter(({ status }) => status === 'failed');
    expect(failed.map(({ id, failure }) => [id, failure])).toEqual([
      ['region', 'no-region'],
      ['credentials', 'no-credentials'],
    ]);
    expect(code).toBe(1);
  });
});
