/** Absent members may come as null: the results are the service's JSON as it is. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
