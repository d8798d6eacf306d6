import { StartSelectorType, type StartSelector } from '@aws-sdk/client-kinesis-video-media';

import type { StartPosition } from './start-position';

/** One GetMedia call. */
export interface MediaRequest {
  readonly streamArn: string;
  readonly position: StartPosition;
}

/** One way of calling GetMedia. */
export interface MediaReader {
  /**
   * The body of one response, until it ends, fails (CallscribeError) or the signal aborts; its
   * pieces are valid until the next pull. Rejects with whatever went wrong before, an answer of
   * the service as an Error that bears the service's name of it.
   */
  open(
    endpoint: string,
    request: MediaRequest,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}

export function selectorOf(position: StartPosition): StartSelector {
  switch (position.type) {
    case 'after':
      return {
        StartSelectorType: StartSelectorType.FRAGMENT_NUMBER,
        AfterFragmentNumber: position.fragmentNumber,
      };
    case 'producer-time':
      return {
        StartSelectorType: StartSelectorType.PRODUCER_TIMESTAMP,
        StartTimestamp: new Date(position.epochMs),
      };
    case 'earliest':
      return { StartSelectorType: StartSelectorType.EARLIEST };
  }
}

/** The request's body as the SDK writes it: timestamps are epoch seconds (PROTOCOLS A1). */
export function requestBody({ streamArn, position }: MediaRequest): string {
  const { StartTimestamp, ...selector } = selectorOf(position);
  return JSON.stringify({
    StartSelector:
      StartTimestamp === undefined
        ? selector
        : { ...selector, StartTimestamp: StartTimestamp.getTime() / 1000 },
    StreamARN: streamArn,
  });
}
