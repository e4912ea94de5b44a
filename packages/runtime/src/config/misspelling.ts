const LEAST_LENGTH = 8;
const MOST_EDITS = 2;

/** Orchestrators make up such names for every service that they know. */
const FOREIGN_ENDINGS = ["_PORT", "_HOST", "_ADDR"] as const;

/**
 * The name of ours that `name` was probably meant to be: at most two edits away (a letter more,
 * less or another). Null for a name of ours, for names of fewer than 8 letters and for those that
 * end in `_PORT`, `_HOST` or `_ADDR`.
 */
export function probablyMeant(name: string, knownNames: readonly string[]): string | null {
  if (name.length < LEAST_LENGTH || knownNames.includes(name)) return null;
  if (FOREIGN_ENDINGS.some((ending) => name.endsWith(ending))) return null;
  let nearest: string | null = null;
  let fewest = MOST_EDITS + 1;
  for (const known of knownNames) {
    if (Math.abs(known.length - name.length) >= fewest) continue;
    const edits = editDistance(name, known);
    if (edits < fewest) [nearest, fewest] = [known, edits];
  }
  return nearest;
}

/** @returns how many letters must be inserted, removed or replaced to turn one into the other. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const removed = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, removed, inserted));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
