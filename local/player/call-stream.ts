/** Names of streams that `callscribe call` made begin so; no other stream is ever deleted by us. */
const STREAM_PREFIX = 'callscribe-call-';

/** Name of the stream of a played call: unique as the call id is, in the alphabet of names. */
export function streamNameOf(callId: string): string {
  return `${STREAM_PREFIX}${callId.replaceAll(':', '_')}`;
}

/** True for the ARN of a stream that a played call left behind. */
export function isPlayedStream(streamArn: string): boolean {
  return streamArn.includes(`:stream/${STREAM_PREFIX}`);
}
