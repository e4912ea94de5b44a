/** Names that container platforms invent for services and that are not meant for us. */
const FOREIGN = /_(?:PORT|HOST|ADDR)$/;

const MIN_LENGTH = 8;
const MAX_EDITS = 2;

/**
 * Finds variables whose name is within two edits of one of ours: a setting that would otherwise
 * be ignored in silence.
 *
 * @returns one line for each.
 */
export function findMisspelt(given: readonly string[], ours: readonly string[]): string[] {
  const mistakes: string[] = [];
  for (const name of given) {
    if (ours.includes(name) || name.length < MIN_LENGTH || FOREIGN.test(name)) continue;
    const meant = ours.find(
      (candidate) => candidate.length >= MIN_LENGTH && countEdits(name, candidate) <= MAX_EDITS,
    );
    if (meant !== undefined) mistakes.push(`${name}: unknown variable, is ${meant} meant?`);
  }
  return mistakes;
}

/** Levenshtein distance: letters to insert, delete or replace. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let line = 0; line < from.length; line += 1) {
    const next = [line + 1];
    for (let column = 0; column < to.length; column += 1) {
      const replaced = (row[column] ?? 0) + (from[line] === to[column] ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
