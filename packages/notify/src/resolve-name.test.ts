import { createSocket, type Socket } from "node:dgram";
import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { addressGuard, type Network, readNetworks } from "./address-guard.ts";
import { nameResolver } from "./resolve-name.ts";
import { openSender } from "./sender.ts";

const A = 1;
const CNAME = 5;

/** What a name leads to: addresses, another name before them, or silence. */
type Zone = (name: string) => { readonly v4?: string; readonly alias?: string } | "silent" | null;

const encodeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);

function readName(message: Buffer, from: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = from;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.subarray(at + 1, at + 1 + length).toString());
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}

const entry = (name: string, type: number, data: Buffer): Buffer => {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), head, data]);
};

/** A name server on loopback. */
async function startNameServer(
  zone: Zone,
): Promise<{ readonly servers: string[]; asked: string[] }> {
  const asked: string[] = [];
  const socket: Socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const { name, end } = readName(query, 12);
    const type = query.readUInt16BE(end);
    asked.push(name);
    const found = zone(name);
    if (found === "silent") return;
    const target = found?.alias ?? name;
    const answers =
      found?.v4 === undefined || type !== A
        ? []
        : [entry(target, A, Buffer.from(found.v4.split(".").map(Number)))];
    if (found?.alias !== undefined) answers.unshift(entry(name, CNAME, encodeName(found.alias)));
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | (found === null ? 3 : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    socket.send(Buffer.concat([head, query.subarray(12, end + 4), ...answers]), from.port);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return { servers: [`127.0.0.1:${socket.address().port}`], asked };
}

async function receiver() {
  let count = 0;
  const server = createServer((_request, response) => {
    count += 1;
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

const resolve = (name: string, options: Parameters<typeof nameResolver>[0]) =>
  new Promise<LookupAddress[] | string>((done) => {
    nameResolver(options)(name, { all: true }, (error, addresses) =>
      done(error === null ? addresses : (error.code ?? error.message)),
    );
  });

const ALLOWED = addressGuard(readNetworks("127.0.0.1/32") as readonly Network[]);

describe("a name", () => {
  it("is what the name server says, behind its aliases", async () => {
    const { servers } = await startNameServer((name) =>
      name === "hook.example" ? { alias: "lb.example", v4: "93.184.216.34" } : null,
    );
    const addresses = [{ address: "93.184.216.34", family: 4 }];
    expect(await resolve("hook.example", { servers })).toEqual(addresses);
    expect(await resolve("nobody.example", { servers })).toBe("ENOTFOUND");
  });

  it("is what the hosts file says, which may change", async () => {
    const { servers, asked } = await startNameServer(() => null);
    const folder = await mkdtemp(join(tmpdir(), "apidot-queue-hosts-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const hostsFile = join(folder, "hosts");
    const options = { servers, hostsFile };
    expect(await resolve("receiver", options)).toBe("ENOTFOUND");
    const before = asked.length;
    await writeFile(
      hostsFile,
      "# receivers\n10.1.2.3  receiver Receiver.internal # ours\nfd00::3 receiver\nnonsense receiver\n",
    );
    expect(await resolve("receiver.", options)).toEqual([
      { address: "10.1.2.3", family: 4 },
      { address: "fd00::3", family: 6 },
    ]);
    expect(await resolve("RECEIVER.internal", options)).toHaveLength(1);
    expect(asked.length).toBe(before);
  });

  it("that leads to a forbidden address by an alias, or the second time, is not connected to", async () => {
    const { port, count } = await receiver();
    let isRebound = false;
    const { servers } = await startNameServer((name) => {
      if (name === "alias.example") return { alias: "inner.example", v4: "127.0.0.2" };
      return { v4: isRebound ? "127.0.0.2" : "127.0.0.1" };
    });
    const sender = openSender({ guard: ALLOWED, resolve: nameResolver({ servers }) });
    onTestFinished(() => sender.close());
    const send = async (host: string) =>
      (await sender.send(`http://${host}:${port}/`, {}, "{}")).outcome;
    expect(await send("alias.example")).toBe("forbidden");
    expect(await send("rebinding.example")).toBe("delivered");
    isRebound = true;
    expect([await send("rebinding.example"), count()]).toEqual(["forbidden", 1]);
  });

  it("whose name server is silent holds up no other delivery", async () => {
    const { port, count } = await receiver();
    const { servers } = await startNameServer((name) =>
      name.startsWith("hanging") ? "silent" : { v4: "127.0.0.1" },
    );
    const resolver = nameResolver({ servers, timeoutMs: 300 });
    const sender = openSender({ guard: ALLOWED, resolve: resolver });
    onTestFinished(() => sender.close());
    const order: string[] = [];
    const send = async (host: string) => {
      const { outcome } = await sender.send(`http://${host}:${port}/`, {}, "{}");
      order.push(outcome);
    };
    const hanging = Array.from({ length: 20 }, (_, n) => send(`hanging-${n}.example`));
    await send("healthy.example");
    expect([order, count()]).toEqual([["delivered"], 1]);
    await Promise.all(hanging);
    expect(order.slice(1)).toEqual(hanging.map(() => "unreachable"));
  });
});
