import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A JSON value as DynamoDB's native attribute; members that are `undefined` are left out. */
export function attributeOf(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: attributesOf(value as Readonly<Record<string, unknown>>) };
}

export function attributesOf(
  object: Readonly<Record<string, unknown>>,
): Record<string, AttributeValue> {
  const present = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, attributeOf(value)]));
}

/** The JSON value of a native attribute; sets become lists. */
export function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(plainValue);
  if (value.SS !== undefined) return [...value.SS].sort();
  if (value.M !== undefined) return plainObject(value.M);
  return null;
}

export function plainObject(
  item: Readonly<Record<string, AttributeValue>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}
