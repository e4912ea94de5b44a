/** Fields whose values are words of the contract's closed sets, and the point of most refusals. */
const PUBLIC_FIELDS: ReadonlySet<string> = new Set([
  "aspect_ratio",
  "resolution",
  "generate_type",
  "audio_setting",
]);

/** Longer than every word of those sets; a longer value is somebody's text in the wrong field. */
const MAX_PUBLIC_CHARACTERS = 16;

/**
 * The texts of a request that no message may quote: every string within the input at any depth, but
 * for the words of closed sets (`1080p`, `frame`), without which a refusal says nothing.
 */
export function requestSecrets(input: unknown): readonly string[] {
  const secrets: string[] = [];
  // A stack of its own: an input from outside may be nested deeper than calls can be.
  const pending: unknown[] = [input];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === "string") secrets.push(value);
    else if (typeof value === "object" && value !== null) {
      for (const [field, child] of Object.entries(value)) {
        if (!isPublic(field, child)) pending.push(child);
      }
    }
  }
  return secrets;
}

function isPublic(field: string, value: unknown): boolean {
  return (
    PUBLIC_FIELDS.has(field) && typeof value === "string" && value.length <= MAX_PUBLIC_CHARACTERS
  );
}
