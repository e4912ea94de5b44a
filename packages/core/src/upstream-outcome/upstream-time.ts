const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Reads a time as the upstream writes it: ISO 8601 without a zone, which means UTC [doc]. `Date`
 * alone would take such a text for local time. A zone that is given is honoured.
 *
 * @returns milliseconds since the epoch, or null when it cannot be read
 */
export function parseUpstreamTime(text: unknown): number | null {
  const match = typeof text === "string" ? ISO_TIME.exec(text.trim()) : null;
  if (match === null) return null;
  const [, date, time, zone = "Z"] = match;
  const at = Date.parse(`${date}T${time}${zoneWithColon(zone)}`);
  return Number.isFinite(at) ? at : null;
}

function zoneWithColon(zone: string): string {
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
}
