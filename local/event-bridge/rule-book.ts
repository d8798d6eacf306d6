import type { EventEnvelope } from './entries';
import { compilePattern } from './pattern';
import type { EventMatcher } from './pattern';

export interface Target {
  readonly Id: string;
  readonly Arn: string;
  /** Sent instead of the event. */
  readonly Input?: string;
}

interface Rule {
  readonly name: string;
  readonly pattern: string;
  readonly matches: EventMatcher;
  enabled: boolean;
  readonly targets: Map<string, Target>;
}

/** A failure of the whole request, by its name in EventBridge. */
export class EventBridgeError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** EventBridge quotas: rules on a bus, targets of a rule. */
const MAX_RULES = 300;
const MAX_TARGETS = 5;

/** The buses with their rules and targets. */
export class RuleBook {
  readonly #buses = new Map<string, Map<string, Rule>>([['default', new Map()]]);

  createBus(name: string): void {
    if (this.#buses.has(name)) {
      throw new EventBridgeError('ResourceAlreadyExistsException', `Event bus ${name} exists.`);
    }
    this.#buses.set(name, new Map());
  }

  deleteBus(name: string): void {
    this.#buses.delete(name);
  }

  hasBus(name: string): boolean {
    return this.#buses.has(name);
  }

  busNames(): string[] {
    return [...this.#buses.keys()];
  }

  putRule(bus: string, name: string, pattern: string, enabled: boolean): void {
    const rules = this.#rules(bus);
    const matches = compilePattern(pattern);
    if (!rules.has(name) && rules.size >= MAX_RULES) {
      throw new EventBridgeError('LimitExceededException', `${bus} has ${MAX_RULES} rules already`);
    }
    const targets = rules.get(name)?.targets ?? new Map<string, Target>();
    rules.set(name, { name, pattern, matches, enabled, targets });
  }

  deleteRule(bus: string, name: string): void {
    const rule = this.#rules(bus).get(name);
    if (rule !== undefined && rule.targets.size > 0) {
      const message = "Rule can't be deleted since it has targets.";
      throw new EventBridgeError('ValidationException', message);
    }
    this.#rules(bus).delete(name);
  }

  setEnabled(bus: string, name: string, enabled: boolean): void {
    this.rule(bus, name).enabled = enabled;
  }

  putTargets(bus: string, name: string, targets: readonly Target[]): void {
    const rule = this.rule(bus, name);
    const ids = new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id)]);
    if (ids.size > MAX_TARGETS) {
      throw new EventBridgeError('LimitExceededException', `a rule has ${MAX_TARGETS} targets`);
    }
    for (const target of targets) rule.targets.set(target.Id, target);
  }

  removeTargets(bus: string, name: string, ids: readonly string[]): void {
    for (const id of ids) this.rule(bus, name).targets.delete(id);
  }

  rules(bus: string): Rule[] {
    return [...this.#rules(bus).values()];
  }

  rule(bus: string, name: string): Rule {
    const rule = this.#rules(bus).get(name);
    if (rule !== undefined) return rule;
    const message = `Rule ${name} does not exist on EventBus ${bus}.`;
    throw new EventBridgeError('ResourceNotFoundException', message);
  }

  /** The targets of every enabled rule that the event matches. */
  targetsFor(bus: string, event: EventEnvelope): Target[] {
    const found: Target[] = [];
    for (const rule of this.#buses.get(bus)?.values() ?? []) {
      if (rule.enabled && rule.matches({ ...event })) found.push(...rule.targets.values());
    }
    return found;
  }

  #rules(bus: string): Map<string, Rule> {
    const rules = this.#buses.get(bus);
    if (rules !== undefined) return rules;
    const message = `Event bus ${bus} does not exist.`;
    throw new EventBridgeError('ResourceNotFoundException', message);
  }
}
