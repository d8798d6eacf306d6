import type { Guard } from '../../../shared/call';

/** Tags by which Connect and Chime name the call that a fragment belongs to (PROTOCOLS A3). */
const IDENTITY_TAGS = ['ContactId', 'TransactionId', 'CallId'];

export type Verdict = 'own' | 'foreign' | 'unknown';

/**
 * Keeps other calls' audio out: streams are reused. With a guard every fragment must carry its
 * tag with its value. Without one, a tag that names this call becomes the guard; else the first
 * fragment's identity tags do, and a change of any of them is another call.
 */
export class FragmentGuard {
  #guard: Guard | undefined;
  #latched: Map<string, string> | undefined;

  constructor(
    guard: Guard | undefined,
    private readonly callId: string,
  ) {
    this.#guard = guard;
  }

  /** `unknown`: the tags seen so far do not say; ask again when all of them are there. */
  judge(tags: ReadonlyMap<string, string>): Verdict {
    const guard = this.#guard ?? this.#implicit(tags);
    if (guard !== undefined) {
      const value = tags.get(guard.tag);
      if (value === undefined) return 'unknown';
      return value === guard.value ? 'own' : 'foreign';
    }
    return this.#judgeByFirst(tags);
  }

  #implicit(tags: ReadonlyMap<string, string>): Guard | undefined {
    const tag = IDENTITY_TAGS.find((name) => tags.get(name) === this.callId);
    if (tag !== undefined) this.#guard = { tag, value: this.callId };
    return this.#guard;
  }

  #judgeByFirst(tags: ReadonlyMap<string, string>): Verdict {
    const seen = IDENTITY_TAGS.filter((name) => tags.has(name));
    this.#latched ??= new Map();
    for (const name of seen) {
      const value = tags.get(name) as string;
      const first = this.#latched.get(name);
      if (first === undefined) this.#latched.set(name, value);
      else if (first !== value) return 'foreign';
    }
    return 'own';
  }
}
