import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { openDataFolder } from "./data-folder.ts";
import type { DataFolder } from "./data-folder.ts";
import { findRedisServer } from "./find-redis-server.ts";
import { freePort } from "./free-port.ts";
import { keepServer } from "./keeper.ts";
import type { KeptServer } from "./keeper.ts";
import { readLogTail } from "./log-tail.ts";
import { PrivateRedisError } from "./private-redis-error.ts";
import { probeRedis } from "./redis-probe.ts";

const LOG_NAME = "redis.log";
const LISTENING_TIMEOUT_MS = 15_000;
const PROBE_TIMEOUT_MS = 2_000;
const PROBE_PAUSE_MS = 10;
const PORT_ATTEMPTS = 5;

/** How a private Redis is started; every field may be left out. */
export interface PrivateRedisOptions {
  /**
   * The data folder, made if missing and kept at the end. One running server a folder.
   * @defaultValue a temporary folder, removed at the end
   */
  readonly dir?: string;
  /** The port on 127.0.0.1, for a server that is to come back where it was. @defaultValue a free one */
  readonly port?: number;
  /** Whether every write goes to an append-only file. @defaultValue `true` */
  readonly appendonly?: boolean;
  /** When the append-only file is forced to disk. @defaultValue `"everysec"` */
  readonly appendfsync?: "always" | "everysec" | "no";
  /** More arguments for the server, after ours, so that they win. */
  readonly extraArgs?: readonly string[];
  /** The server program. @defaultValue what {@link findRedisServer} finds */
  readonly serverBin?: string;
}

/** A running Redis of our own. It ends with this process, even when that is killed. */
export interface PrivateRedis {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** The server's own process id, for tests that stop or kill it. */
  readonly pid: number;
  /** The data folder, symbolic links resolved. */
  readonly dir: string;
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /**
   * Ends the server, politely at first, and removes a temporary folder. Safe to call again, and
   * after {@link PrivateRedis.kill}.
   */
  stop(): Promise<void>;
  /**
   * Sends a signal to the server. With SIGKILL and SIGTERM it resolves when the server has ended,
   * so that another one can start on the same port and folder.
   */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a Redis on 127.0.0.1 and resolves when it serves commands: append-only, `noeviction`, on
 * its own port. To bring a killed one back, start again with its `dir` and `port`.
 *
 * @throws {PrivateRedisError} when there is no server program, when it does not start, or when
 * another server runs on the folder
 */
export async function startPrivateRedis(options: PrivateRedisOptions = {}): Promise<PrivateRedis> {
  const serverBin = options.serverBin ?? findRedisServer();
  const folder = await openDataFolder(options.dir);
  try {
    return await startInFolder(serverBin, folder, options);
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** A free port may be taken before the server has it: then another is tried. A given one is not. */
async function startInFolder(
  serverBin: string,
  folder: DataFolder,
  options: PrivateRedisOptions,
): Promise<PrivateRedis> {
  const logPath = join(folder.path, LOG_NAME);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const logStart = (await stat(logPath).catch(() => null))?.size ?? 0;
    const kept = keepServer({
      command: [serverBin, ...serverArguments(port, folder.path, options)],
      temporaryDir: folder.isTemporary ? folder.path : undefined,
    });
    const pid = await waitUntilReady(kept, port, folder);
    if (pid !== null) {
      kept.unref();
      return handle(port, pid, kept, folder);
    }
    // Read first: the keeper removes a temporary folder.
    const log = await readLogTail(logPath, logStart);
    await kept.release();
    const said = `${kept.output()}${log}`.trim();
    const isPortTaken = /address already in use/i.test(said);
    if (!isPortTaken || options.port !== undefined || attempt === PORT_ATTEMPTS) {
      throw new PrivateRedisError(
        "redis_start_failed",
        `${serverBin} did not come up on 127.0.0.1:${port}. It said: ${said || "nothing"}`,
      );
    }
    if (folder.isTemporary) await mkdir(folder.path, { recursive: true, mode: 0o700 });
  }
}

function serverArguments(port: number, dir: string, options: PrivateRedisOptions): string[] {
  const { appendonly = true, appendfsync = "everysec", extraArgs = [] } = options;
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    daemonize: "no",
    dir,
    logfile: LOG_NAME,
    save: "",
    appendonly: appendonly ? "yes" : "no",
    appendfsync,
    "maxmemory-policy": "noeviction",
  };
  return [
    ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ...extraArgs,
  ];
}

/**
 * The server's pid once it serves commands; null when it ended or never listened. Whoever answers
 * must work on our folder: on a port lost in a race, somebody else's server answers too. A server
 * that loads its data is waited for as long as it takes.
 */
async function waitUntilReady(
  kept: KeptServer,
  port: number,
  folder: DataFolder,
): Promise<number | null> {
  const keptPid = await kept.pid.catch(() => null);
  if (keptPid === null) return null;
  // Noted before it is ready: loading may take longer than a lock without a server is believed.
  await folder.noteServer({ pid: keptPid, port });
  const end = performance.now() + LISTENING_TIMEOUT_MS;
  let isLoading = false;
  while (!kept.hasEnded() && (isLoading || performance.now() < end)) {
    const answer = await probeRedis(port, PROBE_TIMEOUT_MS);
    if (typeof answer === "object" && (answer.dir === null || answer.dir === folder.path)) {
      if (answer.isReady) return answer.pid ?? keptPid;
      isLoading = true;
    }
    await delay(PROBE_PAUSE_MS);
  }
  return null;
}

function handle(port: number, pid: number, kept: KeptServer, folder: DataFolder): PrivateRedis {
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await kept.release();
    await folder.close();
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid,
    dir: folder.path,
    exited: kept.exited,
    stop: () => (stopped ??= stop()),
    async kill(signal) {
      if (!kept.hasEnded()) send(pid, signal);
      if (signal === "SIGKILL" || signal === "SIGTERM") await kept.ended();
    },
  };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended, and the news of it is on its way.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
