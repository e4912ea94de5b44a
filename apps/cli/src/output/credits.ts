import { printable } from "./printable.ts";

/**
 * An estimate never stands without the day on which its price was read.
 *
 * @param credits - null when the catalog has no price
 * @param date - `YYYY-MM-DD`
 */
export function creditsText(credits: number | null, date: string | null): string {
  if (credits === null || date === null) return "no price in the catalog";
  return `about ${credits} credits by the catalog of ${printable(date)}`;
}
