/** Sets a key of a map that holds at most `bound` of them: beyond it the oldest goes. */
export function keep<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value,
  bound: number,
): void {
  map.set(key, value);
  if (map.size <= bound) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
