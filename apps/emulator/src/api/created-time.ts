/** A time in the upstream's form: ISO 8601, UTC, to the second and without a zone [doc]. */
export function formatCreatedTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, "2026-04-19T21:19:42".length);
}
