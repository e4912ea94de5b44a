/** A resume is noticed after this even where nobody tells. Milliseconds. */
const LONGEST_HALT_REST_MS = 5_000;
const SHORTEST_HALT_REST_MS = 100;

/**
 * How long workers take no hints of a halted lane.
 *
 * @param waitMs - until the next probe may begin, or null when none is planned
 */
export function haltRestOf(waitMs: number | null): number {
  return Math.min(
    Math.max(waitMs ?? LONGEST_HALT_REST_MS, SHORTEST_HALT_REST_MS),
    LONGEST_HALT_REST_MS,
  );
}
