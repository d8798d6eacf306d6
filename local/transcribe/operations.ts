/** The two operations that the stand-in serves. */
export type Operation = 'StartStreamTranscription' | 'StartCallAnalyticsStreamTranscription';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '/stream-transcription': 'StartStreamTranscription',
  '/call-analytics-stream-transcription': 'StartCallAnalyticsStreamTranscription',
};

export const OPERATION_PATHS: readonly string[] = Object.keys(OPERATIONS);

/** The operation behind an HTTP/2 request's path; undefined for any other path. */
export function operationAt(path: string | undefined): Operation | undefined {
  return OPERATIONS[path?.split('?')[0] ?? ''];
}
