import { createHash } from 'node:crypto';

/**
 * Id of a call's n-th session, counted from 1: the first has the id that was asked for, the others
 * one derived from it. Two sessions of a call may be open at once, which the service refuses
 * under one id (PROTOCOLS D, Conflict). A UUID of version 8, the same wherever it is computed.
 */
export function sessionIdOf(id: string | undefined, ordinal = 1): string | undefined {
  if (id === undefined || ordinal === 1) return id;
  const hash = createHash('sha256').update(`${id.toLowerCase()}#${ordinal}`).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
