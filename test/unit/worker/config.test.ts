import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { WORKER_VARIABLES, readConfig } from '../../../functions/worker/config';

const COMPLETE = {
  AWS_REGION: 'eu-central-1',
  CALLS_QUEUE_URL: 'http://127.0.0.1:9324/000000000000/calls',
  CALLS_TABLE: 'Calls',
  CALL_LOG_TABLE: 'CallLog',
  EVENT_BUS_NAME: 'callscribe',
};

/** Rows of the tables in docs/configuration.md: name to the other cells, code marks removed. */
function documented(): Map<string, string[]> {
  const text = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` *\|(.*)\|$/gm)];
  return new Map(
    rows.map(([, name, cells]) => [
      String(name),
      String(cells)
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
    ]),
  );
}

/** What a reader says to a value that is never right. */
function complaint(read: (value: string) => unknown): string {
  try {
    read('%');
    return '';
  } catch (reason) {
    return (reason as Error).message;
  }
}

describe('readConfig', () => {
  it('takes an environment with nothing but what is required', () => {
    const config = readConfig(COMPLETE);

    expect(config.callsQueueUrl).toBe(COMPLETE.CALLS_QUEUE_URL);
    expect(config.visibilitySeconds).toBe(12);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names every missing and every malformed variable in one message', () => {
    const env = { AWS_REGION: 'somewhere', CALLS_QUEUE_URL: 'calls', MAX_CALLS: '0' };

    const read = () => readConfig(env);

    expect(read).toThrow(
      expect.objectContaining({
        code: 'bad-configuration',
        message: expect.stringMatching(
          /AWS_REGION: .*CALLS_QUEUE_URL: .*CALLS_TABLE: .*CALL_LOG_TABLE: .*EVENT_BUS_NAME: .*MAX_CALLS: /,
        ) as string,
      }),
    );
  });

  it('repeats no value in its message', () => {
    const secret = 'p4ssw0rd%';
    const env = Object.fromEntries(
      Object.values(WORKER_VARIABLES).map(({ name }) => [name, secret]),
    );

    const read = () => readConfig(env);

    expect(read).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) as string }),
    );
  });

  it.each(Object.values(WORKER_VARIABLES).map(({ name }) => name))(
    'refuses a value of %s that cannot be right',
    (name) => {
      // A name of a table or a bus may be nearly anything, but not two words.
      const read = () => readConfig({ ...COMPLETE, [name]: 'not right' });

      expect(read).toThrow(`${name}: `);
    },
  );

  it('refuses heartbeats that would come too late to keep a message', () => {
    const env = { ...COMPLETE, HEARTBEAT_INTERVAL_MS: '5000', VISIBILITY_TIMEOUT_SECONDS: '12' };

    expect(() => readConfig(env)).toThrow('HEARTBEAT_INTERVAL_MS: ');
  });
});

describe('docs/configuration.md', () => {
  it('describes every variable that is read, and no other', () => {
    const read = Object.values(WORKER_VARIABLES).map(({ name }) => name);

    expect([...documented().keys()].sort()).toEqual([...read].sort());
  });

  it('gives the default and the range of every number', () => {
    for (const { name, read } of Object.values(WORKER_VARIABLES)) {
      const range = /whole number from (\S+) to (\S+)/.exec(complaint(read));
      if (range === null) continue;
      const cells = documented().get(name);
      expect([name, ...(cells?.slice(1) ?? [])]).toEqual([
        name,
        String(read(undefined)),
        `${range[1]} to ${range[2]}`,
      ]);
    }
  });
});
