import type { LookupAddress } from "node:dns";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { addressGuard, type Network, readNetworks } from "./address-guard.ts";
import { openSender } from "./sender.ts";

const networks = (text: string): readonly Network[] => {
  const read = readNetworks(text);
  if ("wrong" in read) throw new Error(read.wrong);
  return read;
};

/** Blocks that are not global, each with addresses at its ends and within. */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  "this network": ["0.0.0.0", "0.0.0.1", "0.255.255.255"],
  private: ["10.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.0", "172.16.0.1", "172.31.255.255"],
  "private, small": ["192.168.0.0", "192.168.0.1", "192.168.1.1", "192.168.255.255"],
  "carrier NAT": ["100.64.0.0", "100.64.0.1", "100.127.255.255"],
  loopback: ["127.0.0.0", "127.0.0.1", "127.0.1.1", "127.255.255.254", "127.255.255.255"],
  "link local, cloud metadata": [
    "169.254.0.0",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.255.255",
  ],
  assignments: ["192.0.0.0", "192.0.0.1", "192.0.0.8", "192.0.0.170", "192.0.0.255"],
  documentation: ["192.0.2.1", "198.51.100.1", "203.0.113.1", "203.0.113.255"],
  "6to4 relay": ["192.88.99.0", "192.88.99.1", "192.88.99.255"],
  benchmarks: ["198.18.0.0", "198.18.0.1", "198.19.255.255"],
  multicast: ["224.0.0.1", "224.0.0.251", "239.255.255.250", "239.255.255.255"],
  reserved: ["240.0.0.0", "240.0.0.1", "250.1.2.3", "255.255.255.254"],
  broadcast: ["255.255.255.255"],
  "the platform of a cloud": ["168.63.129.16"],
};

const V4 = Object.values(BLOCKS).flat();

/** Every way to write a v4 address in a URL that some parser takes. */
function spellings(address: string): string[] {
  const parts = address.split(".").map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number): string => value.toString(16);
  return [
    address,
    String(number),
    `0x${hex(number)}`,
    parts.map((part) => `0x${hex(part)}`).join("."),
    parts.map((part) => `0${part.toString(8)}`).join("."),
    `${a}.${b}.${c * 256 + d}`,
    `${address}.`,
    `[::ffff:${address}]`,
    `[::ffff:${hex(a * 256 + b)}:${hex(c * 256 + d)}]`,
    `[64:ff9b::${hex(a * 256 + b)}:${hex(c * 256 + d)}]`,
    `[2002:${hex(a * 256 + b)}:${hex(c * 256 + d)}::1]`,
    `[::${address}]`,
  ];
}

const V6 = [
  "::",
  "::1",
  "::2",
  "::ffff:0:127.0.0.1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "2001:2::1",
  "2001:10::1",
  "2001:20::1",
  "2001:db8::1",
  "2001:db8:ffff::1",
  "2002:7f00:1::1",
  "3fff::1",
  "4000::1",
  "5f00::1",
  "8000::1",
  "fc00::1",
  "fd00::1",
  "fd00:ec2::254",
  "fe80::1",
  "febf::1",
  "fec0::1",
  "ff01::1",
  "ff02::1",
  "ff02::fb",
  "ff0e::1",
];

const ODD = [
  "http://user:pass@93.184.216.34/",
  "http://user@93.184.216.34/",
  "ftp://93.184.216.34/",
  "file:///etc/passwd",
  "gopher://127.0.0.1/",
  "javascript:alert(1)",
  "data:text/plain,hi",
  "//93.184.216.34/",
  "http://",
  "http://[::1",
  "not a url",
  "",
];

const HOSTILE = [
  ...V4.flatMap(spellings).map((host) => `http://${host}/hook`),
  ...V6.map((host) => `https://[${host}]:8443/hook`),
  ...V6.map((host) => `http://[${host}]/`),
  ...ODD,
];

/** What a name leads to: nothing here is a name, so a lookup would be a mistake. */
const noLookup = (): never => {
  throw new Error("looked up");
};

describe("a hostile address", () => {
  it(`is never connected to, of ${HOSTILE.length} ways to write one`, async () => {
    expect(HOSTILE.length).toBeGreaterThan(300);
    const sender = openSender({
      guard: addressGuard(),
      timeoutMs: 2_000,
      resolve: (hostname, _options, callback) => {
        // A spelling that is left as a name is resolved as the system would.
        const bare = hostname.replace(/\.$/, "");
        callback(null, [{ address: V4.includes(bare) ? bare : "127.0.0.1", family: 4 }]);
      },
    });
    onTestFinished(() => sender.close());
    const reached: unknown[] = [];
    for (const url of HOSTILE) {
      const { outcome } = await sender.send(url, {}, "{}");
      if (outcome !== "forbidden") reached.push([url, outcome]);
    }
    expect(reached).toEqual([]);
  });

  it.each([...V4, ...V6])("%s is none that anything may be sent to", (address) => {
    expect(addressGuard().isAllowed(address)).toBe(false);
  });
});

describe("a global address", () => {
  it.each([
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.1",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.255.255",
    "223.255.255.255",
    "::ffff:1.1.1.1",
    "2606:2800:220:1:248:1893:25c8:1946",
    "2a00:1450:4001::200e",
  ])("%s is allowed", (address) => expect(addressGuard().isAllowed(address)).toBe(true));
});

describe("allowed networks", () => {
  const guard = addressGuard(networks("10.1.0.0/16, 127.0.0.1/32, fd12::/32"));

  it.each(["10.1.0.1", "10.1.255.255", "127.0.0.1", "::ffff:10.1.2.3", "fd12::1"])(
    "take %s in",
    (address) => expect(guard.isAllowed(address)).toBe(true),
  );

  it.each(["10.2.0.1", "127.0.0.2", "fd13::1", "169.254.169.254"])("leave %s out", (address) =>
    expect(guard.isAllowed(address)).toBe(false),
  );

  it("may be written as v4 in v6", () => {
    const mapped = addressGuard(networks("::ffff:10.1.0.0/112"));
    expect(["10.1.0.1", "::ffff:10.1.255.255"].every(mapped.isAllowed)).toBe(true);
    expect(["10.2.0.1", "127.0.0.1"].some(mapped.isAllowed)).toBe(false);
  });

  it.each(["10.0.0.0", "10.0.0.0/33", "ten/8", "10.0.0.0/8,", ""])(
    "%j is no list of them",
    (text) => expect(readNetworks(text)).toHaveProperty("wrong"),
  );
});

describe("a name", () => {
  /** A server that must not be reached, and how often it was. */
  async function listen() {
    let count = 0;
    const server = createServer((_request, response) => {
      count += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    return { port: (server.address() as AddressInfo).port, count: () => count };
  }

  const answering = (addresses: () => LookupAddress[]) => {
    let lookups = 0;
    const resolve = (
      _hostname: string,
      _options: unknown,
      callback: (error: null, addresses: LookupAddress[]) => void,
    ): void => {
      lookups += 1;
      callback(null, addresses());
    };
    return { resolve, lookups: () => lookups };
  };
  const LOOPBACK = { address: "127.0.0.1", family: 4 };
  const GLOBAL = { address: "93.184.216.34", family: 4 };

  it.each([
    ["leads to this machine", [LOOPBACK]],
    ["leads here among others", [GLOBAL, LOOPBACK]],
    ["leads to metadata of a cloud", [{ address: "169.254.169.254", family: 4 }]],
    ["leads to a mapped address", [{ address: "::ffff:127.0.0.1", family: 6 }]],
  ])("that %s is not connected to", async (_, addresses) => {
    const { port, count } = await listen();
    const { resolve } = answering(() => addresses);
    const sender = openSender({ guard: addressGuard(), resolve, timeoutMs: 2_000 });
    onTestFinished(() => sender.close());
    const { outcome } = await sender.send(`http://hook.example:${port}/`, {}, "{}");
    expect([outcome, count()]).toEqual(["forbidden", 0]);
  });

  it("that changes between check and connection is resolved once, and checked then", async () => {
    const { port, count } = await listen();
    // 127.0.0.1 is allowed here and stands for the global one, .2 for what a rebinding leads to.
    let at = 0;
    const names = answering(() => [{ address: `127.0.0.${(at += 1)}`, family: 4 }]);
    const guard = addressGuard(networks("127.0.0.1/32"));
    const sender = openSender({ guard, resolve: names.resolve, timeoutMs: 2_000 });
    onTestFinished(() => sender.close());
    const url = `http://rebinding.example:${port}/`;
    expect((await sender.send(url, {}, "{}")).outcome).toBe("delivered");
    expect([names.lookups(), count()]).toEqual([1, 1]);
    // A connection of its own: the name leads elsewhere by now.
    expect((await sender.send(url, {}, "{}")).outcome).toBe("forbidden");
    expect([names.lookups(), count()]).toEqual([2, 1]);
  });

  it("that nobody knows is unreachable", async () => {
    const { resolve } = answering(() => []);
    const sender = openSender({ guard: addressGuard(), resolve, timeoutMs: 2_000 });
    onTestFinished(() => sender.close());
    expect((await sender.send("http://nobody.example/", {}, "{}")).outcome).toBe("unreachable");
  });

  it("is not looked up where an address stands", async () => {
    const sender = openSender({ guard: addressGuard(), resolve: noLookup, timeoutMs: 2_000 });
    onTestFinished(() => sender.close());
    expect((await sender.send("http://127.0.0.1/", {}, "{}")).outcome).toBe("forbidden");
  });
});
