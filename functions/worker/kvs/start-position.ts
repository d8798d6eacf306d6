/** Where a GetMedia response is to begin. */
export type StartPosition =
  | { readonly type: 'after'; readonly fragmentNumber: string }
  | { readonly type: 'producer-time'; readonly epochMs: number }
  | { readonly type: 'earliest' };
