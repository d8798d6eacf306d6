import type { FaultyServiceName } from '../../../local/system/stand-ins';
import type { TapOptions } from '../run/tap';
import { createEventHolder } from './event-holder';
import { rewriteEntries, rewriteItem } from './rewrite';

/**
 * `drop`, `dup`, `shift`: a word of some segments is left out, doubled, later. `reorder`: some
 * events are overtaken by the next. `foreign`: another contact's audio bears this call's tags.
 * `gap`: gaps are written down without a length.
 */
export const SABOTAGES = ['drop', 'dup', 'shift', 'reorder', 'foreign', 'gap'] as const;
export type SabotageName = (typeof SABOTAGES)[number];

/** Breaks the pipeline on purpose, so that it shows whether the judge notices. */
export interface Sabotage {
  readonly name: SabotageName;
  /** What stands between the workers and a service and does not pass on what it gets. */
  meddlerOf(service: FaultyServiceName, upstream: string): TapOptions['meddle'];
}

export function createSabotage(name: SabotageName): Sabotage {
  return {
    name,
    meddlerOf: (service, upstream) => {
      if (name === 'foreign') return undefined;
      if (name === 'reorder') {
        return service === 'event-bridge' ? createEventHolder(upstream) : undefined;
      }
      // Log and events alike: nothing but the word itself gives it away.
      if (service === 'dynamodb') return (call) => Promise.resolve(rewriteItem(call, name));
      if (service === 'event-bridge') return (call) => Promise.resolve(rewriteEntries(call, name));
      return undefined;
    },
  };
}
