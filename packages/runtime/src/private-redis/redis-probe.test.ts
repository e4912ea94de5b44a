import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { freePort } from "./free-port.ts";
import { probeRedis, readAnswer } from "./redis-probe.ts";

const DIR = "*2\r\n$3\r\ndir\r\n$9\r\n/data/one\r\n";
const INFO = "$45\r\n# Server\r\nredis_version:7.0.15\r\nprocess_id:42\r\n\r\n";

async function answering(reply: (socket: Socket) => void): Promise<number> {
  const server = createServer(reply);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("a server that serves tells its folder and its pid", () => {
  expect(readAnswer(`+PONG\r\n${DIR}${INFO}+OK\r\n`)).toEqual({
    isReady: true,
    dir: "/data/one",
    pid: 42,
  });
});

test("a server that loads its data is not ready, and tells its folder", () => {
  const loading = "-LOADING Redis is loading the dataset in memory\r\n";
  expect(readAnswer(`${loading}${DIR}${INFO}+OK\r\n`)).toMatchObject({
    isReady: false,
    dir: "/data/one",
  });
});

test("a server with a password is up and tells nothing", () => {
  const refusal = "-NOAUTH Authentication required.\r\n";
  expect(readAnswer(`${refusal.repeat(3)}+OK\r\n`)).toEqual({
    isReady: true,
    dir: null,
    pid: null,
  });
});

test("a port without a listener is refused", async () => {
  expect(await probeRedis(await freePort(), 1_000)).toBe("refused");
});

test("a listener that says nothing, hangs up or is no Redis is silent", async () => {
  const mute = await answering((socket) => socket.resume().on("error", () => undefined));
  const closing = await answering((socket) => socket.destroy());
  const other = await answering((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));

  expect(await probeRedis(mute, 50)).toBe("silent");
  expect(await probeRedis(closing, 1_000)).toBe("silent");
  expect(await probeRedis(other, 1_000)).toBe("silent");
});
