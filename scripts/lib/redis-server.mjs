import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

import { isDebianLike, unpackDebianRedis } from "./debian-redis.mjs";
import { PRIVATE_REDIS_DIR } from "./paths.mjs";
import { run } from "./run.mjs";
import { SetUpError } from "./set-up-error.mjs";

/**
 * The oldest server that we start, as `[major, minor]`. `packages/runtime` holds the same pair and
 * looks in the same places; a test compares the two, since this runs before anything is built.
 */
export const REDIS_MINIMUM_VERSION = [6, 2];

const PROGRAM_NAMES = ["redis-server", "valkey-server"];

const ADVICE = `No Redis server was found on this machine, and none could be unpacked privately.
Any one of these gives you one:
  macOS           brew install redis
  Debian, Ubuntu  sudo apt-get install redis-server
  with Docker     docker run --rm -p 127.0.0.1:6379:6379 redis:7 redis-server --appendonly yes --maxmemory-policy noeviction
                  and then: REDIS_URL=redis://127.0.0.1:6379 npm start
                  (the demo and the tests need a redis-server or valkey-server on the PATH)`;

/**
 * The path of a usable server program, unpacked first where that is possible.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 * @throws {SetUpError} with the commands that give one
 */
export async function provideRedisServer(say) {
  const found = await findRedisServer();
  if (found !== null) return found;
  if (!isDebianLike()) throw new SetUpError(ADVICE);
  const failure = await unpackDebianRedis(PRIVATE_REDIS_DIR, say);
  const unpacked = await findRedisServer();
  if (unpacked !== null) return unpacked;
  throw new SetUpError(`${failure ?? "The unpacked server does not start."}\n\n${ADVICE}`);
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [privateDir]
 * @returns {Promise<string | null>} null when there is none that is new enough
 */
export async function findRedisServer(env = process.env, privateDir = PRIVATE_REDIS_DIR) {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [
    ...folders.flatMap((folder) => PROGRAM_NAMES.map((name) => join(folder, name))),
    join(privateDir, "bin", "redis-server"),
  ];
  for (const path of env.REDIS_SERVER_BIN ? [env.REDIS_SERVER_BIN] : candidates) {
    if (isProgram(path) && isNewEnough((await run(path, ["--version"])).output)) return path;
  }
  return null;
}

/**
 * @param {string} versionLine - such as "Redis server v=7.0.15 sha=…"
 */
export function isNewEnough(versionLine) {
  const [, major, minor] = /\bv=(\d+)\.(\d+)/.exec(versionLine) ?? [];
  const [leastMajor, leastMinor] = REDIS_MINIMUM_VERSION;
  return (
    Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor)
  );
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
