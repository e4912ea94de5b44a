import { randomUUID } from "node:crypto";
import { link, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { PrivateRedisError } from "./private-redis-error.ts";
import { probeRedis } from "./redis-probe.ts";

const LOCK_NAME = "private-redis.lock";
/** A starter writes its server's port well within this; after it, its pid may be another's. */
const STARTING_MS = 60_000;
/** How long a server may be alive without listening, while it starts or ends. */
const SETTLING_MS = 5_000;
const PROBE_TIMEOUT_MS = 2_000;

interface Owner {
  readonly id: string;
  readonly starterPid: number;
  readonly server?: { readonly pid: number; readonly port: number };
}

/** The right to run a server on a folder. It outlives us in a crash, and is then found to be stale. */
export interface DataFolderLock {
  /** Notes which server works on the folder, so that others can ask it. */
  noteServer(server: { readonly pid: number; readonly port: number }): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes a folder for one server. Two servers on one append-only file would destroy it, and Redis
 * itself does not prevent that.
 *
 * The truth is whether a server answers that works on this folder; the file only says where to ask.
 *
 * @throws {PrivateRedisError} `redis_folder_in_use` when a server runs on it, or is being started
 */
export async function lockDataFolder(dir: string): Promise<DataFolderLock> {
  const path = join(dir, LOCK_NAME);
  const owner: Owner = { id: randomUUID(), starterPid: process.pid };
  let content = JSON.stringify(owner);
  while (!(await create(path, content))) {
    const found = await readFile(path, "utf8").catch(() => null);
    if (found === null) continue;
    const inUse = await describeUse(dir, path, found);
    if (inUse !== null) throw new PrivateRedisError("redis_folder_in_use", inUse);
    await removeIfStill(path, found);
  }
  return {
    async noteServer(server) {
      // Written aside and renamed: a reader sees the old or the new content, never half of it.
      const aside = `${path}.${owner.id}`;
      content = JSON.stringify({ ...owner, server });
      await writeFile(aside, content);
      await rename(aside, path);
    },
    // By now it may be the lock of a server that was started after ours was killed.
    release: () => removeIfStill(path, content),
  };
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Two starters may judge the same file stale: the slower one could remove the file of the faster.
 * Moved aside first, the file shows whose it is; a foreign one is put back.
 */
async function removeIfStill(path: string, content: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => null)) !== content) return;
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) !== content) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function describeUse(dir: string, path: string, content: string): Promise<string | null> {
  const owner = parse(content);
  if (owner?.server === undefined) {
    const writtenAt = (await stat(path).catch(() => null))?.mtimeMs ?? 0;
    const isFresh = Date.now() - writtenAt < STARTING_MS;
    const isStarting = isFresh && (owner === null || isAlive(owner.starterPid));
    return isStarting ? `another process is starting a Redis on ${dir}` : null;
  }
  const { pid, port } = owner.server;
  return (await isServing(pid, port, await realpath(dir)))
    ? `a Redis (process ${pid}, port ${port}) already runs on ${dir}: stop what started it first`
    : null;
}

/**
 * Whether the noted server runs on the folder. One that does not listen may be about to, or may be
 * writing its last bytes: it gets {@link SETTLING_MS} to show which. A pid that stays alive for
 * longer without listening is another program's.
 */
async function isServing(pid: number, port: number, dir: string): Promise<boolean> {
  const end = performance.now() + SETTLING_MS;
  for (;;) {
    const answer = await probeRedis(port, PROBE_TIMEOUT_MS);
    if (answer === "silent") return isAlive(pid);
    if (answer !== "refused") return answer.dir === dir || (answer.dir === null && isAlive(pid));
    if (!isAlive(pid) || performance.now() > end) return false;
    await delay(20);
  }
}

function parse(content: string): Owner | null {
  try {
    return JSON.parse(content) as Owner;
  } catch {
    // Read between its creation and its first byte, or left behind by a full disk.
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
