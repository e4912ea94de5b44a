import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FAULT_KINDS } from "./fault-rule.ts";
import { FaultRulesError, parseFaultRules } from "./parse-fault-rules.ts";

function mistakesOf(value: unknown): readonly string[] {
  try {
    parseFaultRules(value);
  } catch (error) {
    if (error instanceof FaultRulesError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("parseFaultRules", () => {
  it.each<[unknown, string]>([
    [{}, "faults: "],
    ["[]", "faults: "],
    [[7], "[0]: "],
    [[{ on: "submit" }], "[0].kind: unknown kind, known are rate_limited, "],
    [[{ on: "submit", kind: "explode" }], "[0].kind: unknown kind"],
    [[{ kind: "stuck" }], "[0].on: "],
    [[{ on: "status", kind: "stuck" }], "[0].on: "],
    [[{ on: "submit", kind: "files_top" }], "[0].on: "],
    [[{ on: "submit", kind: "stuck", rates: 1 }], '[0]: unknown field "rates"'],
    [[{ on: "submit", kind: "stuck", match: { user: 1 } }], '[0].match: unknown field "user"'],
    [[{ on: "submit", kind: "stuck", rate: 1.5 }], "[0].rate: "],
    [[{ on: "submit", kind: "stuck", times: 0 }], "[0].times: "],
    [[{ on: "submit", kind: "stuck", skip: -1 }], "[0].skip: "],
    [[{ on: "submit", kind: "error" }], "[0].status: "],
    [[{ on: "submit", kind: "error", status: 200 }], "[0].status: "],
    [[{ on: "submit", kind: "slow" }], "[0].delay_ms: "],
    [[{ on: "submit", kind: "rate_limit", per_second: 0 }], "[0].per_second: "],
    [[{ on: "submit", kind: "rate_limit", per_second: 1, times: 2 }], 'unknown field "times"'],
    [[{ on: "submit", kind: "rate_limited", retry_after: "a\nb" }], "[0].retry_after: "],
    [[{ on: "submit", kind: "rate_limited", retry_after_as: "date" }], "[0].retry_after_as: "],
    [[{ on: "submit", kind: "stuck", match: { task_id: "x" } }], "[0].match.task_id: "],
    [[{ on: "status", kind: "error", status: 500, accept: true }], "[0].accept: "],
    [[{ on: "status", kind: "not_found_for" }], "[0]: not_found_for takes either calls or ms"],
    [[{ on: "status", kind: "not_found_for", calls: 1, ms: 1 }], "takes either calls or ms"],
    [[{ on: "submit", kind: "lost" }], "[0].on: "],
    [[{ on: "callback", kind: "slow", delay_ms: 1 }], "[0].on: "],
    [[{ on: "callback", kind: "doubled", copies: 1 }], "[0].copies: "],
    [[{ on: "callback", kind: "forged", as: "mine" }], "[0].as: "],
    [
      [{ on: "callback", kind: "redeliver" }],
      "[0]: redeliver takes for_ms, every_ms or timeout_ms",
    ],
    [[{ on: "callback", kind: "redeliver", for_ms: -1 }], "[0].for_ms: "],
    [[{ on: "callback", kind: "early", match: { task_id: "x" } }], "[0].match.task_id: an early"],
  ])("refuses %j", (value, mistake) => {
    expect(mistakesOf(value)).toEqual([expect.stringContaining(mistake)]);
  });

  it("names every mistake with its place", () => {
    const mistakes = mistakesOf([
      { on: "submit", kind: "stuck" },
      { on: "submit", kind: "error", status: 1 },
      { on: "nowhere", kind: "reset_after", often: true },
    ]);
    expect(mistakes).toHaveLength(3);
    expect(mistakes.map((mistake) => mistake.slice(0, 3))).toEqual(["[1]", "[2]", "[2]"]);
  });

  it("takes what it refused nothing of as it is", () => {
    const rules = [{ on: "submit", kind: "rate_limited", times: 2, retry_after: "soon" }];
    expect(parseFaultRules(rules)).toEqual(rules);
  });
});

describe("docs/emulator.md", () => {
  const page = readFileSync(new URL("../../../../docs/emulator.md", import.meta.url), "utf8");

  it("lists every kind of fault, and no other", () => {
    const rows = page.matchAll(
      /^\| `([a-z0-9_]+)` \| (?:all|both|submit|status|callback|status, callback) \|/gm,
    );
    const listed = [...rows].map(([, kind]) => kind);
    expect(listed).toHaveLength(FAULT_KINDS.length);
    expect(new Set<unknown>(listed)).toEqual(new Set<unknown>(FAULT_KINDS));
  });

  it("has only examples of rules that are accepted", () => {
    const examples = [...page.matchAll(/\[\{ ?"on".*?\}\](?=['\n])/gs)].map(([json]) => json);
    expect(examples.length).toBeGreaterThan(2);
    for (const json of examples) expect(mistakesOf(JSON.parse(json))).toEqual([]);
  });
});
