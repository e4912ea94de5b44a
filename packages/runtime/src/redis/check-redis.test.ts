import { describe, expect, test } from "vitest";

import { judgeServer } from "./check-redis.ts";
import type { ServerFacts } from "./check-redis.ts";
import { readServerInfo } from "./server-info.ts";

const SAFE: ServerFacts = {
  flavour: "redis",
  version: "7.2.4",
  compatibleWith: [7, 2],
  evictionPolicy: "noeviction",
  isAppendOnly: true,
  appendFsync: "always",
  yieldsToRewrites: false,
};

function judge(change: Partial<ServerFacts>) {
  return judgeServer({ ...SAFE, ...change });
}

describe("judging a server", () => {
  test("a safe one passes without a word", () => {
    expect(judge({})).toEqual({ refusals: [], warnings: [] });
  });

  test.each([
    [[6, 1], 1],
    [[5, 9], 1],
    [[0, 0], 1],
    [[6, 2], 0],
    [[7, 0], 0],
    [[8, 1], 0],
  ] as const)("version %j has %i refusals", (compatibleWith, count) => {
    expect(judge({ compatibleWith }).refusals).toHaveLength(count);
  });

  test("any policy that evicts is refused with the command that mends it", () => {
    for (const evictionPolicy of ["allkeys-lru", "volatile-ttl", "volatile-lru"]) {
      const { refusals } = judge({ evictionPolicy });
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toContain("redis-cli CONFIG SET maxmemory-policy noeviction");
    }
  });

  test("what could not be checked is a warning, not a refusal", () => {
    const { refusals, warnings } = judge({
      evictionPolicy: null,
      isAppendOnly: null,
      appendFsync: null,
    });
    expect(refusals).toEqual([]);
    expect(warnings).toHaveLength(2);
    for (const warning of warnings) expect(warning).toContain("could not be checked");
    expect(judge({ appendFsync: null }).warnings[0]).toContain("could not be checked");
  });

  test.each([
    ["append-only file off", { isAppendOnly: false, appendFsync: "everysec" }, "a crash of Redis"],
    ["everysec", { appendFsync: "everysec" }, "the last second"],
    ["always but for rewrites", { yieldsToRewrites: true }, "no-appendfsync-on-rewrite no"],
    ["no fsync", { appendFsync: "no" }, "half a minute"],
  ])("%s: the warning says what can be lost", (_name, change, loss) => {
    const { refusals, warnings } = judge(change);
    expect(refusals).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(loss);
  });
});

describe("reading what a server says", () => {
  test("a Valkey is known by its own version", () => {
    const info =
      "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n";
    expect(readServerInfo(info)).toEqual({
      flavour: "valkey",
      version: "8.0.1",
      compatibleWith: [7, 2],
      evictionPolicy: null,
      isAppendOnly: null,
    });
  });

  test("a Redis tells its policy and persistence", () => {
    const info = "redis_version:6.2.14\nmaxmemory_policy:noeviction\naof_enabled:0\n";
    expect(readServerInfo(info)).toEqual({
      flavour: "redis",
      version: "6.2.14",
      compatibleWith: [6, 2],
      evictionPolicy: "noeviction",
      isAppendOnly: false,
    });
  });

  test("a server that says nothing is of unknown, too old a version", () => {
    const info = readServerInfo("");
    expect(info).toMatchObject({ version: "unknown", compatibleWith: [0, 0] });
    expect(
      judgeServer({ ...info, appendFsync: null, yieldsToRewrites: false }).refusals,
    ).toHaveLength(1);
  });
});
