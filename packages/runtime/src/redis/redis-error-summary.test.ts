import { expect, test } from "vitest";

import { redisErrorSummary } from "./redis-error-summary.ts";

function replyError(message: string): Error {
  return Object.assign(new Error(message), {
    name: "ReplyError",
    command: { name: "hset", args: ["key", "canary prompt"] },
  });
}

test.each([
  [
    "ERR unknown command 'FOO', with args beginning with: 'canary' 'pro'mpt' ",
    "ERR unknown command …",
  ],
  ["ERR unknown command `FOO`, with args beginning with: `canary`, ", "ERR unknown command …"],
  ["WRONGTYPE Operation against a key", "WRONGTYPE Operation against a key"],
  ["ERR Error running script: 'canary' is no number", "ERR Error running script: … is no number"],
  ["ERR failed at https://canary.example/x.png\ncanary", "ERR failed at [url]"],
])("the arguments in %j are not repeated", (message, summary) => {
  expect(redisErrorSummary(replyError(message))).toBe(summary);
});

test("a network error is told by its code", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  expect(redisErrorSummary(refused)).toBe("ECONNREFUSED");
});

test("a cluster's failure is told by that of its last node", () => {
  const refused = Object.assign(new Error(""), { code: "ECONNREFUSED" });
  const all = Object.assign(new Error("Failed to refresh slots cache."), {
    lastNodeError: refused,
  });
  expect(redisErrorSummary(all)).toBe("ECONNREFUSED");
});

test("anything else has a summary too", () => {
  expect(redisErrorSummary(undefined)).toBe("unknown error");
  expect(redisErrorSummary({ message: "canary" })).toBe("unknown error");
  expect(redisErrorSummary(new TypeError(""))).toBe("TypeError");
});
