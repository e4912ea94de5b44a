import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { scriptsOfServerClock } from "./journal.ts";
import { readScripts, VERBS } from "./scripts.ts";

const LUA = new URL("../lua/", import.meta.url);

/** Verbs that record what happened outside: a full Redis must take them all the same. */
const OUTCOMES = [
  "requeue",
  "accept",
  "attach",
  "reject",
  "unconfirm",
  "end-grace",
  "settle",
  "hold",
  "snooze-poll",
];
/** And what leads to them, or says that Redis is full. */
const LOOKS = [
  "begin",
  "claim-notifications",
  "note-delivery",
  "postpone-notification",
  "claim-polls",
  "claim-looks",
  "list-due",
  "keep-hints",
  "take-round",
];
/** A callback may be all that tells of a paid task. */
const OF_CALLBACKS = ["note-callback", "confirm", "miss-look"];
/** They free memory. */
const REMOVALS = ["list-settled", "forget", "release-key"];
/** Few bytes for a lane, however much is in it. */
const OF_THE_LANE = ["halt-lane", "resume-lane", "serve-lane", "refuse-polls", "allow-polls"];

describe("the scripts", () => {
  it("are one file per verb", () => {
    const files = readdirSync(LUA).filter((name) => name.endsWith(".lua"));
    expect(files.toSorted()).toEqual(VERBS.map((verb) => `${verb}.lua`).toSorted());
  });

  it("have every include in its place", () => {
    for (const verb of VERBS) {
      expect(scriptsOfServerClock().withFlags[verb].text).not.toContain("@include");
    }
  });

  it("say what they take and what they return", () => {
    for (const verb of VERBS) {
      const text = readFileSync(new URL(`${verb}.lua`, LUA), "utf8");
      expect(text, verb).toMatch(/^-- KEYS\[1\] /m);
      expect(text, verb).toMatch(/^-- ARGV {4}(1 |none$)/m);
      expect(text, verb).toMatch(/^-- Returns /m);
    }
  });

  it("that record an outcome may run in a full Redis, and no others", () => {
    const { withFlags, plain } = scriptsOfServerClock();
    const flagged = VERBS.filter((verb) =>
      withFlags[verb].text.startsWith("#!lua flags=allow-oom\n"),
    );
    expect(flagged.toSorted()).toEqual(
      [...OUTCOMES, ...LOOKS, ...OF_CALLBACKS, ...REMOVALS, ...OF_THE_LANE].toSorted(),
    );
    for (const verb of VERBS) expect(plain[verb].text, verb).not.toMatch(/^#!/);
  });

  it("of shipped processes have no clock but Redis's", () => {
    for (const verb of VERBS) {
      const { text } = scriptsOfServerClock().withFlags[verb];
      expect(text, verb).not.toContain("test-clock");
      if (text.includes("now()")) expect(text, verb).toContain("redis.call('TIME')");
    }
  });

  it("take another clock only from whoever reads them anew", () => {
    const now = "local function now() return 1 end";
    expect(readScripts({ now }).withFlags.begin.text).toContain(now);
    expect(scriptsOfServerClock().withFlags.begin.text).not.toContain(now);
  });
});
