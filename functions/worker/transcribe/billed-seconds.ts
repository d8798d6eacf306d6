/** Transcribe bills at least so much per session (PROTOCOLS C4). */
const MIN_BILLED_SECONDS = 15;

/** What a session costs that was sent so much audio; one that got none costs nothing. */
export function billedSeconds(sentSamples: number, sampleRateHz: number): number {
  if (sentSamples === 0) return 0;
  return Math.max(MIN_BILLED_SECONDS, Math.ceil(sentSamples / sampleRateHz));
}
