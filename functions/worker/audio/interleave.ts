/**
 * From here on a peak is loud and is not looked for any further: thresholds of silence end at
 * -20 dBFS, which is 3277 (config.ts).
 */
const LOUD = 4_096;

/**
 * Copies `count` 16-bit little-endian samples from `source` on to every `stride`th place from
 * `target` on. Returns the largest absolute sample, or one of at least LOUD.
 */
export function copyPcm(
  payload: DataView,
  source: number,
  count: number,
  samples: Int16Array,
  target: number,
  stride: number,
): number {
  const end = source + 2 * count;
  // Two samples at once: what an access costs is mostly its bounds check.
  const lastPair = end - 4;
  const pairStride = 2 * stride;
  let from = source;
  let to = target;
  for (; from <= lastPair; from += 4, to += pairStride) {
    const pair = payload.getInt32(from, true);
    // An element takes the low 16 bits of what is stored.
    samples[to] = pair;
    samples[to + stride] = pair >> 16;
  }
  if (from < end) samples[to] = payload.getInt16(from, true);
  return peakOf(samples, target, count, stride);
}

/** The same through a table of one sample per octet. */
export function expand(
  payload: DataView,
  source: number,
  count: number,
  table: Int16Array,
  samples: Int16Array,
  target: number,
  stride: number,
): number {
  let to = target;
  for (let from = source, end = source + count; from < end; from += 1, to += stride) {
    samples[to] = table[payload.getUint8(from)]!;
  }
  return peakOf(samples, target, count, stride);
}

function peakOf(samples: Int16Array, start: number, count: number, stride: number): number {
  let peak = 0;
  const end = start + count * stride;
  for (let at = start; at < end && peak < LOUD; at += stride) {
    const sample = samples[at]!;
    if (sample > peak) peak = sample;
    else if (-sample > peak) peak = -sample;
  }
  return peak;
}
