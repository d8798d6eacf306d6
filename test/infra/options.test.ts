import { readFileSync } from 'node:fs';

import { DEFAULT_OPTIONS, OPTION_NAMES, OPTION_PREFIX, readOptions } from '../../infra/options';

const read = (given: Readonly<Record<string, unknown>>) =>
  readOptions(
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`${OPTION_PREFIX}${name}`, value]),
    ),
  );

describe('the options of a deployment', () => {
  it('have defaults that fit together', () => {
    expect(read({})).toEqual(DEFAULT_OPTIONS);
  });

  it('are understood as text, the only thing that a command line gives', () => {
    const options = read({
      maxTasks: '8',
      customerManagedKey: 'true',
      streamPrefixes: 'acme-connect, acme-chime',
      requesters: '111122223333',
    });

    expect(options).toMatchObject({
      maxTasks: 8,
      customerManagedKey: true,
      streamPrefixes: ['acme-connect', 'acme-chime'],
      requesters: ['111122223333'],
    });
  });

  it('leave the context of others alone', () => {
    expect(readOptions({ '@aws-cdk/core:newStyle': true, unrelated: 1 })).toEqual(DEFAULT_OPTIONS);
  });

  it.each([
    ['stage', 'Prod!'],
    ['streamPrefixes', ''],
    ['streamPrefixes', 'with*star'],
    ['streamKeyArns', 'alias/mine'],
    ['connectInstanceArns', 'my-instance'],
    ['chime', 'maybe'],
    ['requesters', 'everybody'],
    ['vpcId', 'my-vpc'],
    ['subnetIds', 'subnet-1'],
    ['vpcEndpoints', 1],
    ['taskCpu', 1000],
    ['callsPerTask', 0],
    ['minTasks', -1],
    ['maxTasks', 'many'],
    ['targetUtilisationPercent', 120],
    ['language', 'english'],
    ['language', 'en-UK'],
    ['transcribeOptions', '{"language":"english"}'],
    ['transcribeOptions', 'language=en-US'],
    ['transcribeOptions', { partialResultsStability: 'high' }],
    ['transcribeOptions', { sessionId: '7d1f3a52-6c9b-4b0e-9c55-0f7d2b7a1c11' }],
    ['transcribeRules', [{ when: {}, options: { identifyLanguage: true } }]],
    ['transcribeRules', [{ when: { queue: 'Sales' }, options: {} }]],
    ['transcribeRules', [{ when: { queueName: 'x'.repeat(3000) }, options: {} }]],
    ['retentionDays', 14],
    ['logRetentionDays', 31],
    ['logLevel', 'loud'],
    ['keepData', 'perhaps'],
    ['alarmEmail', 'nobody'],
  ])('are refused by name: %s as %p', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(`${OPTION_PREFIX}${name}: `);
  });

  it('are refused all at once, with what was found', () => {
    const wrong = { maxTasks: 'many', logLevel: 'loud' };

    expect(() => read(wrong)).toThrow(
      /callscribe:maxTasks: .*\(found "many"\).*callscribe:logLevel: .*\(found "loud"\)/,
    );
  });

  it('have no other names', () => {
    expect(() => read({ maxTask: 3 })).toThrow('callscribe:maxTask: no such option');
  });

  it.each([
    [{ taskCpu: 1024, taskMemoryMiB: 16_384 }, 'taskMemoryMiB'],
    [{ minTasks: 5, maxTasks: 4 }, 'maxTasks'],
    [{ vpcId: 'vpc-0123456789abcdef0' }, 'subnetIds'],
    [{ publicIp: true }, 'publicIp'],
    [{ routeTableIds: 'rtb-0123456789abcdef0' }, 'routeTableIds'],
  ])('are refused when they do not fit together: %p', (given, name) => {
    expect(() => read(given)).toThrow(`${OPTION_PREFIX}${name}: `);
  });

  it('are all described, with their defaults', () => {
    const rows = readFileSync('docs/deploy.md', 'utf8')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, name = '', value = '']) => [name, value] as const);

    for (const name of OPTION_NAMES) {
      const value = DEFAULT_OPTIONS[name];
      const shown = Array.isArray(value)
        ? value.join(', ')
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value);
      expect(rows).toContainEqual([`\`${name}\``, shown === '' ? 'none' : `\`${shown}\``]);
    }
  });
});
