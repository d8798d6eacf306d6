import { busName } from './entries';
import { compilePattern } from './pattern';
import { isObject } from './pattern-filters';
import { EventBridgeError } from './rule-book';
import type { RuleBook, Target } from './rule-book';

type Input = Readonly<Record<string, unknown>>;
type Operation = (input: Input, desk: OperationsDesk) => object;

export interface OperationsDesk {
  readonly rules: RuleBook;
  readonly region: string;
  readonly account: string;
}

/** Everything but PutEvents: buses, rules and targets. */
export const OPERATIONS: Readonly<Partial<Record<string, Operation>>> = {
  CreateEventBus: (input, desk) => {
    const name = text(input, 'Name');
    desk.rules.createBus(name);
    return { EventBusArn: busArn(desk, name) };
  },
  DeleteEventBus: (input, { rules }) => {
    rules.deleteBus(busName(input.Name));
    return {};
  },
  DescribeEventBus: (input, desk) => {
    const name = busName(input.Name);
    desk.rules.rules(name);
    return { Name: name, Arn: busArn(desk, name) };
  },
  ListEventBuses: (_input, desk) => ({
    EventBuses: desk.rules.busNames().map((Name) => ({ Name, Arn: busArn(desk, Name) })),
  }),
  PutRule: (input, desk) => {
    const bus = busName(input.EventBusName);
    const name = text(input, 'Name');
    desk.rules.putRule(bus, name, text(input, 'EventPattern'), input.State !== 'DISABLED');
    return { RuleArn: ruleArn(desk, bus, name) };
  },
  DescribeRule: (input, desk) => {
    const bus = busName(input.EventBusName);
    return describeRule(desk, bus, desk.rules.rule(bus, text(input, 'Name')));
  },
  ListRules: (input, desk) => {
    const bus = busName(input.EventBusName);
    const prefix = typeof input.NamePrefix === 'string' ? input.NamePrefix : '';
    const found = desk.rules.rules(bus).filter(({ name }) => name.startsWith(prefix));
    return { Rules: found.map((rule) => describeRule(desk, bus, rule)) };
  },
  DeleteRule: (input, { rules }) => {
    rules.deleteRule(busName(input.EventBusName), text(input, 'Name'));
    return {};
  },
  EnableRule: (input, { rules }) => {
    rules.setEnabled(busName(input.EventBusName), text(input, 'Name'), true);
    return {};
  },
  DisableRule: (input, { rules }) => {
    rules.setEnabled(busName(input.EventBusName), text(input, 'Name'), false);
    return {};
  },
  PutTargets: putTargets,
  RemoveTargets: (input, { rules }) => {
    const ids = Array.isArray(input.Ids) ? input.Ids.map(String) : [];
    rules.removeTargets(busName(input.EventBusName), text(input, 'Rule'), ids);
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
  ListTargetsByRule: (input, { rules }) => ({
    Targets: [...rules.rule(busName(input.EventBusName), text(input, 'Rule')).targets.values()],
  }),
  TestEventPattern: (input) => {
    const event: unknown = JSON.parse(text(input, 'Event'));
    return { Result: isObject(event) && compilePattern(text(input, 'EventPattern'))(event) };
  },
};

/** Targets that this stand-in cannot reach are refused at once, each with its reason. */
function putTargets(input: Input, { rules }: OperationsDesk): object {
  const given = Array.isArray(input.Targets) ? input.Targets.filter(isObject) : [];
  const refused: object[] = [];
  const accepted: Target[] = [];
  for (const { Id, Arn, Input, InputPath, InputTransformer } of given) {
    const reason =
      typeof Arn !== 'string' || !Arn.startsWith('arn:aws:sqs:')
        ? 'only SQS queues can be targets here'
        : InputPath !== undefined || InputTransformer !== undefined
          ? 'InputPath and InputTransformer are not supported here'
          : undefined;
    if (reason !== undefined) {
      refused.push({ TargetId: Id, ErrorCode: 'ValidationException', ErrorMessage: reason });
    } else {
      const constant = typeof Input === 'string' ? { Input } : {};
      accepted.push({ Id: String(Id), Arn: String(Arn), ...constant });
    }
  }
  rules.putTargets(busName(input.EventBusName), text(input, 'Rule'), accepted);
  return { FailedEntryCount: refused.length, FailedEntries: refused };
}

function describeRule(
  desk: OperationsDesk,
  bus: string,
  rule: { name: string; pattern: string; enabled: boolean },
): object {
  return {
    Name: rule.name,
    Arn: ruleArn(desk, bus, rule.name),
    EventPattern: rule.pattern,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: bus,
  };
}

function busArn({ region, account }: OperationsDesk, name: string): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}

function ruleArn({ region, account }: OperationsDesk, bus: string, name: string): string {
  const path = bus === 'default' ? name : `${bus}/${name}`;
  return `arn:aws:events:${region}:${account}:rule/${path}`;
}

function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new EventBridgeError('ValidationException', `${name} is missing`);
}
