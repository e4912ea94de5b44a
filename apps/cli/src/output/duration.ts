const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads a duration with its unit: `500ms`, `90s`, `10m`, `1.5h`, `2d`. A bare number is refused:
 * it could be seconds or milliseconds.
 *
 * @returns whole milliseconds, at least 1, or null when it is none
 */
export function parseDuration(text: string): number | null {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return null;
  const ms = Math.round(Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS]);
  return ms >= 1 ? ms : null;
}

/** @returns a duration for people: `0:07`, `12:30`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}
