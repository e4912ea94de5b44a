const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** From the longest to the shortest; each speaks of what is at least two of it. */
const UNITS = [
  [DAY_MS, "d"],
  [HOUR_MS, "h"],
  [MINUTE_MS, "min"],
] as const;

/** @returns a duration for people: `0.25 s`, `12 s`, `3 min`, `5 h`, `4 d`; rounded. */
export function spokenMs(ms: number): string {
  const [unitMs, name] = UNITS.find(([unit]) => ms >= 2 * unit) ?? [SECOND_MS, "s"];
  const value = ms / unitMs;
  return `${value < 10 ? Number(value.toFixed(2)) : Math.round(value)} ${name}`;
}

/** @returns a time as ISO 8601 UTC; an impossible one as it is. */
export function spokenTime(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}
