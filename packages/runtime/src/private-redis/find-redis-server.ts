import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { PrivateRedisError } from "./private-redis-error.ts";

/**
 * The oldest server that we start, as `[major, minor]`: the boot checks refuse older ones, so an
 * old one on the PATH must not hide the newer one that the set-up unpacked.
 * `scripts/lib/redis-server.mjs` holds the same pair, because it runs before anything is built.
 */
export const REDIS_MINIMUM_VERSION = [6, 2] as const;

const PROGRAM_NAMES = ["redis-server", "valkey-server"] as const;

/** Where to look for a server program; every field is there for tests. */
export interface FindRedisServerOptions {
  /** Read for `REDIS_SERVER_BIN` and `PATH`. @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder that holds `.cache/`. @defaultValue {@link repositoryRoot} */
  readonly root?: string;
}

/** The root folder of this repository, for a module run from `src` and from `dist` alike. */
export function repositoryRoot(): string {
  return fileURLToPath(new URL("../../../../", import.meta.url));
}

/**
 * The path of a server program: `REDIS_SERVER_BIN` if set, else `redis-server` or `valkey-server`
 * on the PATH, else the one that the set-up unpacked below `.cache/`.
 *
 * @throws {PrivateRedisError} `redis_server_missing` when there is none that is new enough
 */
export function findRedisServer(options: FindRedisServerOptions = {}): string {
  const env = options.env ?? process.env;
  const chosen = env["REDIS_SERVER_BIN"];
  if (chosen !== undefined && chosen !== "") {
    if (isUsable(chosen)) return chosen;
    throw new PrivateRedisError(
      "redis_server_missing",
      `REDIS_SERVER_BIN names ${chosen}, which is no Redis or Valkey server of version ${REDIS_MINIMUM_VERSION.join(".")} or newer`,
    );
  }
  for (const path of candidates(env["PATH"] ?? "", options.root ?? repositoryRoot())) {
    if (isUsable(path)) return path;
  }
  throw new PrivateRedisError(
    "redis_server_missing",
    `neither redis-server nor valkey-server (${REDIS_MINIMUM_VERSION.join(".")} or newer) was found: run "npm run setup"`,
  );
}

function* candidates(path: string, root: string): Generator<string> {
  for (const folder of path.split(delimiter)) {
    if (folder === "") continue;
    for (const name of PROGRAM_NAMES) yield join(folder, name);
  }
  yield join(root, ".cache", "redis", "bin", "redis-server");
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    if (!statSync(path).isFile()) return false;
  } catch {
    return false;
  }
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 30_000 });
  const [, major, minor] = /\bv=(\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  if (major === undefined || minor === undefined) return false;
  const [leastMajor, leastMinor] = REDIS_MINIMUM_VERSION;
  return (
    Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor)
  );
}
