import type { LibraryHandle } from 'koffi';
import koffi from 'koffi';

import { CallscribeError } from '../../../shared/errors';

/** Debian's names. libpocketsphinx3 does not find libsphinxbase by itself, so that one goes first. */
const BASE_LIBRARY = 'libsphinxbase.so.3';
const LIBRARY = 'libpocketsphinx.so.3';

/** A C pointer. */
export type Handle = bigint | null;

/** The C functions that are used, as pocketsphinx.h, cmd_ln.h and logmath.h declare them. */
export interface PocketsphinxLibrary {
  defaultArguments(): Handle;
  parseArguments(inout: null, known: Handle, count: number, args: string[], strict: 1): Handle;
  freeArguments(config: Handle): void;
  open(config: Handle): Handle;
  free(decoder: Handle): void;
  /** This and the next three return less than 0 when they fail. */
  startStream(decoder: Handle): number;
  startUtterance(decoder: Handle): number;
  process(decoder: Handle, samples: Int16Array, count: number, noSearch: 0, full: 0): number;
  endUtterance(decoder: Handle): number;
  firstSegment(decoder: Handle): Handle;
  /** Frees the segment and, at the end, returns null. */
  nextSegment(segment: Handle): Handle;
  segmentWord(segment: Handle): string;
  segmentFrames(segment: Handle, first: number[], last: number[]): void;
  segmentLogProbability(segment: Handle, acoustic: null, language: null, backOff: null): number;
  logMath(decoder: Handle): Handle;
  exponential(logMath: Handle, value: number): number;
}

/** @throws CallscribeError `bad-configuration` when the libraries are not installed. */
export function loadLibrary(): PocketsphinxLibrary {
  const base = load(BASE_LIBRARY);
  const sphinx = load(LIBRARY);
  return {
    defaultArguments: sphinx.func('void *ps_args()'),
    parseArguments: base.func(
      'void *cmd_ln_parse_r(void *inout, void *defn, int argc, const char **argv, int strict)',
    ),
    freeArguments: base.func('int cmd_ln_free_r(void *config)'),
    open: sphinx.func('void *ps_init(void *config)'),
    free: sphinx.func('int ps_free(void *ps)'),
    startStream: sphinx.func('int ps_start_stream(void *ps)'),
    startUtterance: sphinx.func('int ps_start_utt(void *ps)'),
    process: sphinx.func(
      'int ps_process_raw(void *ps, const int16_t *data, size_t n, int no_search, int full_utt)',
    ),
    endUtterance: sphinx.func('int ps_end_utt(void *ps)'),
    firstSegment: sphinx.func('void *ps_seg_iter(void *ps)'),
    nextSegment: sphinx.func('void *ps_seg_next(void *seg)'),
    segmentWord: sphinx.func('const char *ps_seg_word(void *seg)'),
    segmentFrames: sphinx.func('void ps_seg_frames(void *seg, _Out_ int *sf, _Out_ int *ef)'),
    segmentLogProbability: sphinx.func(
      'int32_t ps_seg_prob(void *seg, void *ascr, void *lscr, void *lback)',
    ),
    logMath: sphinx.func('void *ps_get_logmath(void *ps)'),
    exponential: base.func('double logmath_exp(void *lmath, int value)'),
  };
}

function load(name: string): LibraryHandle {
  try {
    return koffi.load(name);
  } catch (cause) {
    throw new CallscribeError(
      'bad-configuration',
      `cannot load ${name}: install the Debian packages libpocketsphinx3 and pocketsphinx-en-us`,
      { cause },
    );
  }
}
