import { join } from "node:path";

import { packageFolders } from "./install.mjs";
import { ROOT } from "./paths.mjs";
import { run } from "./run.mjs";
import { SetUpError } from "./set-up-error.mjs";
import { removeStaleOutput } from "./stale-output.mjs";

/** The compiler's program; it checks the tests too, because the root references them. */
export const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");

/**
 * Builds what has changed, and removes what was built from sources that are gone.
 *
 * @param {(line: string) => void} say
 * @throws {SetUpError} with the compiler's output
 */
export async function build(say) {
  for (const folder of packageFolders(ROOT)) removeStaleOutput(join(ROOT, folder));
  const { code, output } = await run(process.execPath, [TSC, "-b"], { say });
  if (code !== 0) throw new SetUpError(`${output}\nThe build failed.`);
}
