import { ACCESS_FAILURES } from './access-failures';
import type { Failure } from './failure';
import { KINESIS_VIDEO_FAILURES } from './kinesis-video-failures';
import { NETWORK_FAILURES, STATUS_FAILURES, UNKNOWN_FAILURE } from './network-failures';
import { OWN_FAILURES } from './own-failures';
import { STORE_FAILURES } from './store-failures';
import { TRANSCRIBE_FAILURES, UNKNOWN_TRANSCRIBE } from './transcribe-failures';

/** Every failure that can be told apart; of several that match an error the first counts. */
export const FAILURES: readonly Failure[] = [
  ...OWN_FAILURES,
  ...TRANSCRIBE_FAILURES,
  ...KINESIS_VIDEO_FAILURES,
  ...STORE_FAILURES,
  ...ACCESS_FAILURES,
  ...NETWORK_FAILURES,
  ...STATUS_FAILURES,
  UNKNOWN_TRANSCRIBE,
  UNKNOWN_FAILURE,
];
