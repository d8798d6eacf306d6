import type { CallOptions } from '../../shared/call';
import type { DeploymentOptions, RuleCondition } from '../../shared/deployment-options';
import { mergeOptions } from '../../shared/transcribe-options/merge';
import { requireValidOptions } from '../../shared/transcribe-options/parse';
import type { CallFacts, Trigger } from './trigger';

/** A call that comes leg by leg will have both. */
const BOTH = 2;

/**
 * The event with its call's options complete: deployment, then the first rule that fits, then the
 * call's own. What the rules went by, phone numbers among it, is in the event no longer. Throws
 * `bad-request` for options that do not go together.
 */
export function withOptions(trigger: Trigger, deployment: DeploymentOptions): Trigger {
  if (trigger.type !== 'start' && trigger.type !== 'leg') return trigger;
  const { facts, ...rest } = trigger;
  const own = trigger.options;
  const rule = deployment.rules.find(({ when }) => fits(when, facts ?? {}));
  const options = mergeOptions<CallOptions>(deployment.options, rule?.options, own);
  const channelCount = trigger.type === 'start' ? trigger.legs.length : BOTH;
  // Where they come from the deployment, calls of another kind do without them.
  const dependsOnChannels = own?.showSpeakerLabel === true || own?.callAnalytics !== undefined;
  requireValidOptions(
    mergeOptions<CallOptions>({ language: deployment.language }, options),
    dependsOnChannels ? { channelCount } : {},
  );
  return Object.keys(options).length === 0 ? rest : { ...rest, options };
}

function fits(when: RuleCondition, facts: CallFacts): boolean {
  const { attributes = {}, ...members } = when;
  return (
    Object.entries(members).every(([name, wanted]) =>
      isOneOf(facts[name as keyof typeof members], wanted),
    ) &&
    Object.entries(attributes).every(([name, wanted]) => isOneOf(facts.attributes?.[name], wanted))
  );
}

function isOneOf(text: string | undefined, wanted: string | readonly string[]): boolean {
  return text !== undefined && (typeof wanted === 'string' ? [wanted] : wanted).includes(text);
}
