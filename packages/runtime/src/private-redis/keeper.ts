import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * The keeper is a small shell that starts the server and ends it when its own stdin closes. We hold
 * the other end, and the system closes that however we die, SIGKILL included.
 *
 * It runs in a session of its own, so Ctrl-C in a terminal reaches neither it nor the server: the
 * server outlives the draining of the service in front of it.
 *
 * The watcher starts its sleep before it asks the server to stop, so that whoever ends the watcher
 * finds the sleep to end, and nothing is left over. A server that does not heed SIGTERM in time
 * (one that cannot write, say) is killed.
 *
 * `$1` is a folder to remove once the owner has gone, or empty, `$2` how many seconds the
 * server may take to end; the rest is its command.
 */
const KEEPER_SCRIPT = `
trap '' INT QUIT HUP
rubbish=$1
patience=$2
shift 2
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
echo "$server"
{
  read -r _ <&3
  exec 3<&-
  [ -z "$rubbish" ] || : >"$rubbish/.owner-gone"
  sleep "$patience" &
  sleep=$!
  trap 'kill "$sleep"; exit 0' TERM
  kill "$server"
  kill -CONT "$server"
  wait "$sleep"
  kill -9 "$server"
} >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
[ -z "$rubbish" ] || [ ! -e "$rubbish/.owner-gone" ] || rm -rf -- "$rubbish"
exit "$code"
`;

const OUTPUT_KEPT_CHARACTERS = 4_000;

/** A server process that ends with us. */
export interface KeptServer {
  /** The server's process id, once the keeper has started it. */
  readonly pid: Promise<number>;
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** The last 4,000 characters that the server printed. */
  output(): string;
  hasEnded(): boolean;
  /** From now on the server does not keep our event loop alive: it ends when we are done. */
  unref(): void;
  /** {@link KeptServer.exited}, and keeps our event loop alive until then. */
  ended(): Promise<void>;
  /** Lets go of the keeper, which stops the server and removes its temporary folder; then as ended. */
  release(): Promise<void>;
}

/** What the keeper runs, and what it cleans up. */
export interface KeeperOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** A folder that the keeper removes after the server, if we are gone by then. */
  readonly temporaryDir?: string | undefined;
  /** How long the server may take to end before it is killed. @defaultValue 10 */
  readonly patienceSeconds?: number;
}

/** Starts a server under a keeper. */
export function keepServer(options: KeeperOptions): KeptServer {
  const { command, temporaryDir = "", patienceSeconds = 10 } = options;
  const keeper = spawn(
    "sh",
    ["-c", KEEPER_SCRIPT, "redis-keeper", temporaryDir, String(patienceSeconds), ...command],
    { detached: true, stdio: ["pipe", "pipe", "pipe"] },
  );

  let output = "";
  let pidLine = "";
  const pid = new Promise<number>((resolve, reject) => {
    keeper.once("error", reject);
    keeper.once("close", () => reject(new Error(`the keeper ended early: ${output}`)));
    keeper.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (pidLine.endsWith("\n")) {
        output = (output + text).slice(-OUTPUT_KEPT_CHARACTERS);
        return;
      }
      const end = text.indexOf("\n") + 1;
      pidLine += end === 0 ? text : text.slice(0, end);
      if (end === 0) return;
      output += text.slice(end);
      resolve(Number(pidLine));
    });
  });
  // Whoever does not ask for the pid must not meet an unhandled rejection.
  pid.catch(() => undefined);
  keeper.stderr.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(-OUTPUT_KEPT_CHARACTERS);
  });
  // Nothing is ever written, but a keeper that dies first may still be reported here.
  keeper.stdin.on("error", () => undefined);

  // Not "exit": the streams close only when the server itself has ended and all it said was read.
  // Not "exit": the streams close once the server itself has ended and all that it said was read.
  let isClosed = false;
  const exited = new Promise<void>((resolve) => {
    const close = (): void => {
      isClosed = true;
      resolve();
    };
    keeper.once("close", close);
    keeper.once("error", close);
  });

  // Node types piped stdio as streams; on POSIX they are sockets, and only those can be unrefed.
  const handles = [keeper, keeper.stdin, keeper.stdout, keeper.stderr] as unknown as Socket[];
  const ended = (): Promise<void> => {
    for (const handle of handles) handle.ref();
    return exited;
  };
  return {
    pid,
    exited,
    hasEnded: () => isClosed,
    output: () => output,
    unref: () => {
      for (const handle of handles) handle.unref();
    },
    ended,
    release: () => {
      keeper.stdin.end();
      return ended();
    },
  };
}
