import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Ports are taken from below the range from which systems number outgoing connections (Linux starts
 * at 32768). Inside it, a client that reconnects while the server is down can be given the server's
 * own port as its source, and connect to itself; the server then finds its port taken.
 */
const FIRST_PORT = 20_000;
const END_PORT = 32_000;
const ATTEMPTS = 100;

/**
 * A TCP port of 127.0.0.1 that nobody listens on, from 20000 to 31999. Another process may take it
 * before the caller does, so the caller must be ready to ask again.
 *
 * @throws {Error} when 100 random ports were all taken
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST_PORT, END_PORT);
    if (await canListen(port)) return port;
  }
  throw new Error(`none of ${ATTEMPTS} ports tried between ${FIRST_PORT} and ${END_PORT} was free`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
