import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { lockDataFolder } from "./data-folder-lock.ts";

/** Where a server keeps its data. */
export interface DataFolder {
  /** Symbolic links resolved. */
  readonly path: string;
  readonly isTemporary: boolean;
  /** Notes which server works on it, so that others find out. */
  noteServer(server: { readonly pid: number; readonly port: number }): Promise<void>;
  /** To be called once no server runs on it. */
  close(): Promise<void>;
}

/**
 * Opens a folder for one server: the caller's, made if missing and kept, or a temporary one that
 * goes when it is closed.
 *
 * @throws {PrivateRedisError} `redis_folder_in_use` when a server runs on the caller's folder
 */
export async function openDataFolder(dir: string | undefined): Promise<DataFolder> {
  if (dir === undefined) {
    const path = await realpath(await mkdtemp(join(tmpdir(), "apidot-queue-redis-")));
    return {
      path,
      isTemporary: true,
      noteServer: () => Promise.resolve(),
      close: () => rm(path, { recursive: true, force: true }),
    };
  }
  await mkdir(dir, { recursive: true });
  const path = await realpath(dir);
  const lock = await lockDataFolder(path);
  return {
    path,
    isTemporary: false,
    noteServer: (server) => lock.noteServer(server),
    close: () => lock.release(),
  };
}
