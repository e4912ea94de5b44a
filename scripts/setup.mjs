import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { build } from "./lib/build.mjs";
import { install, isInstalled } from "./lib/install.mjs";
import { checkNodeVersion } from "./lib/node-version.mjs";
import { ROOT } from "./lib/paths.mjs";
import { showProgress } from "./lib/progress.mjs";
import { provideRedisServer } from "./lib/redis-server.mjs";
import { printError } from "./lib/set-up-error.mjs";
import { provideWaitaofServer } from "./lib/waitaof-server.mjs";

/**
 * Everything that has to be in place before anything runs. Safe to repeat, and quiet and quick when
 * there is nothing to do.
 *
 * @param {{ redis: boolean, waitaof?: boolean }} needs - whether a Redis server program is needed, and
 *   for tests one that knows `WAITAOF`
 * @throws {SetUpError} with a message for the person at the terminal
 */
export async function setup({ redis, waitaof = false }) {
  checkNodeVersion(process.versions.node);
  if (!isInstalled(ROOT)) await showProgress("installing", (say) => install(ROOT, say));
  await showProgress("building", build);
  if (redis) await showProgress("finding a Redis server", provideRedisServer);
  if (waitaof) await showProgress("finding a server that waits for its disk", provideWaitaofServer);
}

if (
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  try {
    await setup({ redis: true });
    console.log("Everything is set up.");
  } catch (error) {
    printError(error);
    process.exitCode = 1;
  }
}
