/** @returns whether `text` has the form of a host name or of an IPv4 address. */
export function isHostName(text: string): boolean {
  return /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\.?$/.test(text);
}
