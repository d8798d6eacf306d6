import type { Finding } from '../../../../local/cli/doctor/finding';
import type { LocalSystem } from '../../../../local/system/local-system';
import { findingsIn, STREAM_NAME, withSystem } from './examined';

const NOWHERE = 'http://127.0.0.1:1';

let system: LocalSystem;
let streamArn = '';
withSystem((each, arn) => {
  system = each;
  streamArn = arn;
});

function notWell(findings: ReadonlyMap<string, Finding>): string[] {
  return [...findings.values()]
    .filter(({ status }) => status === 'failed' || status === 'warning')
    .map(({ id }) => id);
}

describe('doctor, of a healthy system', () => {
  it('finds nothing but the missing worker', async () => {
    const findings = await findingsIn(system);

    expect(notWell(findings)).toEqual(['local-system']);
    expect(findings.get('local-system')).toMatchObject({ status: 'warning' });
    expect(findings.get('credentials')?.found).toBe('found, key AKIA…IBE0');
    expect(findings.get('region')?.found).toBe('us-east-1');
  });

  it('looks at everything once, whatever it finds', async () => {
    const well = await findingsIn(system);
    const ill = await findingsIn(system, { AWS_ENDPOINT_URL_DYNAMODB: NOWHERE });

    expect([...ill.keys()]).toEqual([...well.keys()]);
    expect(well.size).toBe(22);
  });

  it('changes nothing: no call, no message, no event, nothing billed', async () => {
    const before = system.transcribe?.counters();
    const events: unknown[] = [];
    system.eventBridge.onEvent(
      'callscribe',
      { source: ['callscribe'] },
      (event) => void events.push(event),
    );
    const items = () => system.dynamoDb.request('Scan', { TableName: 'CallLog' });
    const [logBefore, depthBefore] = [
      await items(),
      await system.sqs.depth(system.sqs.callsQueueUrl),
    ];

    await findingsIn(system);

    expect(await items()).toEqual(logBefore);
    expect(await system.sqs.depth(system.sqs.callsQueueUrl)).toEqual(depthBefore);
    expect(events).toEqual([]);
    const after = system.transcribe?.counters();
    expect(after?.billedSeconds).toBe(before?.billedSeconds);
    expect(after?.opened).toBe(before?.opened);
  });

  it('holds a session only when it may cost something', async () => {
    const opened = system.transcribe?.counters().opened ?? 0;

    const findings = await findingsIn(system, {}, { billable: true });

    expect(findings.get('transcribe')).toMatchObject({ status: 'ok' });
    expect(findings.get('transcribe')?.found).toContain('billed as 15 s');
    expect(system.transcribe?.counters().opened).toBe(opened + 1);
  });

  it.each([
    ['name', () => STREAM_NAME],
    ['ARN', () => streamArn],
  ])('tries reading a stream by its %s', async (_how, stream) => {
    const findings = await findingsIn(system, {}, { stream: stream() });

    expect(findings.get('kinesis-video')).toMatchObject({
      status: 'ok',
      found: 'the stream can be read',
    });
  });
});
