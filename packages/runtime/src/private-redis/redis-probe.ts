import { connect } from "node:net";

/** What a server on a port says about itself; it may be somebody else's. */
export interface RedisProbe {
  /** Whether it serves commands; false while it loads its data. */
  readonly isReady: boolean;
  /** Its working folder, with symbolic links resolved; null when it refuses to say. */
  readonly dir: string | null;
  /** Its process id; null when it refuses to say. */
  readonly pid: number | null;
}

/**
 * Asks the server on a loopback port who it is, over a plain socket.
 *
 * @param timeoutMs - when to give up on a server that accepts and stays silent
 * @returns `"refused"` when nobody listens, `"silent"` when no whole answer came in time
 */
export function probeRedis(
  port: number,
  timeoutMs: number,
): Promise<RedisProbe | "refused" | "silent"> {
  return new Promise((resolve) => {
    let answer = "";
    let isConnected = false;
    const socket = connect({ host: "127.0.0.1", port });
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    socket.setEncoding("utf8");
    socket.on("connect", () => {
      isConnected = true;
      // QUIT makes the server close, so that the end of the stream is the end of the answer.
      socket.write("PING\r\nCONFIG GET dir\r\nINFO server\r\nQUIT\r\n");
    });
    socket.on("data", (text: string) => (answer += text));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      if (answer.endsWith("+OK\r\n")) resolve(readAnswer(answer));
      else resolve(isConnected ? "silent" : "refused");
    });
  });
}

/**
 * Reads the four replies of {@link probeRedis}. A server with a password answers NOAUTH: it is up,
 * and tells neither folder nor pid.
 */
export function readAnswer(answer: string): RedisProbe {
  const dir = /\r\n\$3\r\ndir\r\n\$\d+\r\n(.*)\r\n/.exec(answer)?.[1];
  const pid = /\r\nprocess_id:(\d+)\r\n/.exec(answer)?.[1];
  return {
    isReady: answer.startsWith("+PONG") || answer.startsWith("-NOAUTH"),
    dir: dir ?? null,
    pid: pid === undefined ? null : Number(pid),
  };
}
