import type { Guard } from '../../../shared/call';

/** Tags by which Connect and Chime name the call that a fragment belongs to (PROTOCOLS A3). */
const IDENTITY_TAGS = ['ContactId', 'TransactionId', 'CallId'];

type Tags = ReadonlyMap<string, string>;

/**
 * Keeps other calls' audio out: streams are reused. With a guard every fragment must carry its
 * tag with its value. Without one, a tag that names this call becomes the guard; else the first
 * fragment's identity tags do, and a change of any of them is another call. Only fragments that
 * are wanted may be shown to it.
 */
export class FragmentGuard {
  #guard: Guard | undefined;
  readonly #latched = new Map<string, string>();
  /** A whole fragment had no identity tag: this stream does not have them. */
  #isUntagged = false;

  constructor(
    guard: Guard | undefined,
    private readonly callId: string,
  ) {
    this.#guard = guard;
  }

  /** By the tags before the cluster; `unknown`: ask again when all of them are there. */
  atStart(tags: Tags): 'own' | 'foreign' | 'unknown' {
    const verdict = this.#judge(tags);
    return verdict ?? (this.#isUntagged ? 'own' : 'unknown');
  }

  /** By all tags of a fragment; `untagged`: they do not say. */
  atEnd(tags: Tags): 'own' | 'foreign' | 'untagged' {
    const verdict = this.#judge(tags);
    if (verdict !== undefined) return verdict;
    if (this.#guard !== undefined || this.#latched.size > 0) return 'untagged';
    this.#isUntagged = true;
    return 'own';
  }

  #judge(tags: Tags): 'own' | 'foreign' | undefined {
    const guard = this.#guard ?? this.#implicit(tags);
    if (guard === undefined) return this.#judgeByFirst(tags);
    const value = tags.get(guard.tag);
    if (value === undefined) return undefined;
    return value === guard.value ? 'own' : 'foreign';
  }

  #implicit(tags: Tags): Guard | undefined {
    const tag = IDENTITY_TAGS.find((name) => tags.get(name) === this.callId);
    if (tag !== undefined) this.#guard = { tag, value: this.callId };
    return this.#guard;
  }

  #judgeByFirst(tags: Tags): 'own' | 'foreign' | undefined {
    let verdict: 'own' | undefined;
    for (const name of IDENTITY_TAGS) {
      const value = tags.get(name);
      if (value === undefined) continue;
      const first = this.#latched.get(name);
      if (first !== undefined && first !== value) return 'foreign';
      this.#latched.set(name, value);
      verdict = 'own';
    }
    return verdict;
  }
}
