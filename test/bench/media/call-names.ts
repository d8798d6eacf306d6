import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../../local/stand-in';

/** One call in twenty is heard by the recogniser of tones, the oracle. */
const TONES_EVERY = 20;
const DIGITS = 6;
const PREFIX = 'bench-';
/** Any moment will do; the ARN holds one. */
const STREAM_CREATED_MS = 1_700_000_000_000;
const ARN_BEFORE = `arn:aws:kinesisvideo:${LOCAL_REGION}:${LOCAL_ACCOUNT}:stream/`;

export function callIdOf(index: number): string {
  return PREFIX + String(index).padStart(DIGITS, '0');
}

/** The number of a call by its id, or by anything that ends in it. NaN: none of ours. */
export function callIndexOf(callId: string | undefined): number {
  return callId?.startsWith(PREFIX) === true ? Number(callId.slice(PREFIX.length)) : NaN;
}

export function streamArnOf(index: number): string {
  return `${ARN_BEFORE}${callIdOf(index)}/${STREAM_CREATED_MS}`;
}

export function callIndexOfArn(streamArn: string): number {
  if (!streamArn.startsWith(ARN_BEFORE)) return NaN;
  return callIndexOf(streamArn.slice(ARN_BEFORE.length).split('/')[0]);
}

export function isToneCall(index: number): boolean {
  return index % TONES_EVERY === 0;
}
