/** The script's finals end at multiples of this: a final is known by its end time. */
export const SCRIPT_FINAL_MS = 10_000;
