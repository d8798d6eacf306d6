/** The library: `import { transcribe } from 'callscribe'`. */
export { CallscribeError, type ErrorCode } from '../../shared/errors';
export type { AudioEncoding, AudioFormat } from './audio-format';
export type {
  CategoryEvent,
  EndEvent,
  FinalEvent,
  GapEvent,
  PartialEvent,
  SessionEvent,
  TranscribeEvent,
  TranscribeEventType,
} from './events';
export type { TranscribeOptions } from './options';
export type { RunOptions } from './run-options';
export { transcribe } from './transcribe';
export { readWav, type WavAudio } from './wav';
export { Transcription, type EventHandler } from './transcription';
