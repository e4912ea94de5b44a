import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What the compiler writes for one source. */
const OUTPUT = /(\.d\.ts|\.js|\.js\.map)$/;

/**
 * Removes what was compiled from a source that is gone: the compiler leaves it, and it would be
 * packed. Looks at `dist` and nowhere else.
 *
 * @param {string} folder - a package: its sources are below `src`, its output below `dist`
 * @returns {string[]} the removed files, relative to `dist`
 */
export function removeStaleOutput(folder) {
  const dist = join(folder, "dist");
  if (!existsSync(dist)) return [];
  const stale = readdirSync(dist, { recursive: true })
    .filter((file) => OUTPUT.test(file))
    .filter((file) => !existsSync(join(folder, "src", file.replace(OUTPUT, ".ts"))));
  for (const file of stale) rmSync(join(dist, file), { force: true });
  return stale;
}
