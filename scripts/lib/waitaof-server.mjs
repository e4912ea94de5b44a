import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { isDebianLike, unpackDebianRedis } from "./debian-redis.mjs";
import { CACHE_DIR } from "./paths.mjs";
import { findRedisServer } from "./redis-server.mjs";
import { run } from "./run.mjs";

/** A server beside the one of the set-up, where that is too old to wait for its disk. */
const WAITAOF_REDIS_DIR = join(CACHE_DIR, "waitaof");

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Gives the tests a server that knows `WAITAOF`: the one that is there, or on Debian the one of the
 * backports suite, unpacked privately. Without one the tests that need it say so and are left out.
 *
 * @param {(line: string) => void} say
 */
export async function provideWaitaofServer(say) {
  const own = await findRedisServer();
  if (own !== null && knowsWaitaof((await run(own, ["--version"])).output)) return;
  if (existsSync(join(WAITAOF_REDIS_DIR, "bin", "redis-server"))) return;
  const sources = backports();
  if (sources === null || !isDebianLike()) return;
  await unpackDebianRedis(WAITAOF_REDIS_DIR, say, "/var/lib/dpkg/status", sources);
}

/** @param {string} versionLine - such as "Valkey server v=8.0.1 sha=…" */
function knowsWaitaof(versionLine) {
  const [, major, minor] = /\bv=(\d+)\.(\d+)/.exec(versionLine) ?? [];
  return Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 2);
}

/** The line of apt's sources for the backports of this Debian, or null. */
function backports() {
  if (!existsSync(KEYRING) || !existsSync("/etc/os-release")) return null;
  const release = readFileSync("/etc/os-release", "utf8");
  const [, codename] = /^VERSION_CODENAME=(\w+)$/m.exec(release) ?? [];
  if (!/^ID=debian$/m.test(release) || codename === undefined) return null;
  return ["", "-backports"]
    .map(
      (suite) => `deb [signed-by=${KEYRING}] http://deb.debian.org/debian ${codename}${suite} main`,
    )
    .join("\n");
}
