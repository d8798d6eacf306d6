import type { ErrorCode } from '../../../shared/errors';
import type { Recognition } from '../recogniser';

/**
 * To the decoder's process. `open` comes first, `finish` last. `models` says what to load, in
 * terms of the engine.
 */
export type ToDecoder<Models = unknown> =
  | { readonly kind: 'open'; readonly models: Models; readonly sampleRateHz: number }
  | { readonly kind: 'audio'; readonly samples: Int16Array }
  | { readonly kind: 'finish' };

/** From it. Every request is answered in order: `ready`, `heard` or `finished`, or once `failed`. */
export type FromDecoder =
  | { readonly kind: 'ready' }
  | { readonly kind: 'recognition'; readonly recognition: Recognition }
  /** This many samples have been taken in, and what they led to was reported. */
  | { readonly kind: 'heard'; readonly samples: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };
