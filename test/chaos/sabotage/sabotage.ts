import type { FaultyServiceName } from '../../../local/system/stand-ins';
import type { TapOptions } from '../run/tap';

export const SABOTAGES = ['drop', 'dup', 'shift', 'reorder', 'foreign', 'gap'] as const;
export type SabotageName = (typeof SABOTAGES)[number];

/** Breaks the pipeline on purpose, so that it shows whether the judge notices. */
export interface Sabotage {
  readonly name: SabotageName;
  meddlerOf(service: FaultyServiceName, upstream: string): TapOptions['meddle'];
}
