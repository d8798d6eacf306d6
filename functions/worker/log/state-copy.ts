import type { CallState } from '../../../shared/record';

/** A copy that later changes of the state do not reach; a tenth of what structuredClone costs. */
export function copyOfState(state: CallState): CallState {
  // The state is read from JSON and written as JSON: it holds nothing else.
  return copyOf(state) as CallState;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = { ...value };
  for (const key of Object.keys(copy)) {
    const member = copy[key];
    if (typeof member === 'object' && member !== null) copy[key] = copyOf(member);
  }
  return copy;
}
