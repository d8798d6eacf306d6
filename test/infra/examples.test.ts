import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { optionsFrom } from '../../functions/dispatch/flow-options';
import { handler } from '../../infra/examples/subscriber/on-segment';

const FLOW = 'infra/examples/connect-flow/transcribed-calls.json';
const SYNTH_MS = 60_000;

interface Action {
  readonly Identifier: string;
  readonly Type: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly Transitions: {
    readonly NextAction?: string;
    readonly Errors?: readonly { readonly NextAction: string; readonly ErrorType: string }[];
  };
}

interface Flow {
  readonly Version: string;
  readonly StartAction: string;
  readonly Actions: readonly Action[];
}

function readFlow() {
  const flow = JSON.parse(readFileSync(FLOW, 'utf8')) as Flow;
  const actions = new Map(flow.Actions.map((action) => [action.Identifier, action]));
  /** What happens when the named blocks fail and all others do their work. */
  const walk = (...failing: readonly string[]): string[] => {
    const path: string[] = [];
    let action = actions.get(flow.StartAction);
    while (action !== undefined) {
      path.push(action.Type);
      const { NextAction, Errors } = action.Transitions;
      const failed = Errors?.find(({ ErrorType }) => ErrorType === 'NoMatchingError');
      const next = failing.includes(action.Type) ? failed?.NextAction : NextAction;
      if (next === undefined || path.length > actions.size) break;
      action = actions.get(next);
    }
    return path;
  };
  return { flow, actions, walk };
}

describe('the contact flow', () => {
  it('leads nowhere but to its own blocks', () => {
    const { flow, actions } = readFlow();

    const targets = flow.Actions.flatMap(({ Transitions: { NextAction, Errors = [] } }) => [
      ...(NextAction === undefined ? [] : [NextAction]),
      ...Errors.map((error) => error.NextAction),
    ]);
    expect(flow.Version).toBe('2019-10-30');
    expect(targets.filter((target) => !actions.has(target))).toEqual([]);
  });

  it('streams both sides before it invokes dispatch', () => {
    const { flow, walk } = readFlow();

    expect(walk()).toEqual([
      'UpdateContactMediaStreamingBehavior',
      'InvokeLambdaFunction',
      'UpdateContactAttributes',
      'UpdateContactTargetQueue',
      'TransferContactToQueue',
      'DisconnectParticipant',
    ]);
    expect(flow.Actions[0]?.Parameters).toMatchObject({
      MediaStreamingState: 'Enabled',
      Participants: [{ ParticipantType: 'Customer', MediaDirections: ['From', 'To'] }],
    });
  });

  it.each([
    'UpdateContactMediaStreamingBehavior',
    'InvokeLambdaFunction',
    'UpdateContactAttributes',
  ])('brings the caller to an agent also when %s fails', (failing) => {
    expect(readFlow().walk(failing)).toContain('TransferContactToQueue');
  });

  it('gives dispatch settings that it takes', () => {
    const lambda = readFlow().flow.Actions.find(({ Type }) => Type === 'InvokeLambdaFunction');
    const given = lambda?.Parameters.LambdaInvocationAttributes as Record<string, string>;

    expect(optionsFrom(given)).toEqual({ language: 'en-US' });
  });
});

describe('the subscriber', () => {
  it('logs numbers about a segment, and not what was said', async () => {
    const event = JSON.parse(readFileSync('events/transcript-segment.json', 'utf8')) as Parameters<
      typeof handler
    >[0];
    const { detail } = event;
    const hurried = { detail: { ...detail, startMs: 0, endMs: detail.words.length * 100 } };
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);

    await handler(hurried);

    const lines = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      callId: detail.callId,
      seq: detail.seq,
      channel: detail.channel,
      wordsPerMinute: 600,
    });
  });

  it(
    'synthesizes on its own, offline',
    () => {
      const output = mkdtempSync(join(tmpdir(), 'callscribe-subscriber-'));
      const { status, stderr } = spawnSync('npx', ['cdk', 'synth', '--quiet', '--output', output], {
        cwd: 'infra/examples/subscriber',
        encoding: 'utf8',
        timeout: SYNTH_MS,
        env: { HOME: output, PATH: process.env.PATH, CDK_DISABLE_CLI_TELEMETRY: 'true' },
      });

      expect(`${status} ${status === 0 ? '' : stderr}`.trim()).toBe('0');
      const template = readFileSync(
        join(output, 'callscribe-subscriber-dev.template.json'),
        'utf8',
      );
      expect(template).toContain('"Transcript Segment"');
      rmSync(output, { recursive: true });
    },
    SYNTH_MS,
  );
});
