import { describe, expect, it } from "vitest";

import { readDoc, tableOf } from "../../test/markdown.ts";
import { readSources } from "../../test/product-source.ts";
import { STATUSES, TRANSITIONS } from "./index.ts";

const PAGE = readDoc("lifecycle.md");
const EDGE = /^ +(\[\*\]|\w+) --> (\w+): (.+)$/;

/** Every rule of the protocol that changes a stored generation, in its order. */
const RULES =
  "T2 T2a T3 T4 T4a T5 T5a T6 T7 T8 T9 T9a T10 T11 T12 T13 T13a T13b T14 T15 T15a T16 poison";

const ROWS = STATUSES.flatMap((from) =>
  Object.entries(TRANSITIONS[from]).map(([event, { rule, to }]) => ({ from, event, rule, to })),
);

describe("docs/lifecycle.md", () => {
  it("draws every edge of the table that leads to another status, and no other", () => {
    const block = /```mermaid\n(.*?)\n```/s.exec(PAGE)?.[1] ?? "";
    const [header, ...lines] = block.split("\n");
    expect(header).toBe("stateDiagram-v2");
    const drawn = lines.flatMap((line) => {
      const [, from, to, events] = EDGE.exec(line) ?? [];
      if (events === undefined) throw new Error(`not an edge: ${line}`);
      return events.split(", ").map((event) => `${from} ${event} ${to}`);
    });
    const edges = ROWS.flatMap(({ from, event, to }) =>
      to.filter((target) => target !== from).map((target) => `${from} ${event} ${target}`),
    );
    expect(drawn.sort()).toEqual(["[*] enqueue queued", ...edges].sort());
  });

  it("has each transition of the table in one line, with its rule, and no other", () => {
    const listed = tableOf(PAGE, ["rule", "from", "event", "to"]).flatMap(
      ([rule, from = "", event, to = "", words = ""]) => {
        expect(words).toMatch(/^[A-Z].*\.$/);
        return from.split(", ").map((status) => ({
          line: `${status} + ${event} (${rule})`,
          to: to.replace("unchanged", status).split(", ").sort(),
        }));
      },
    );
    const expected = ROWS.map(({ from, event, rule, to }) => ({
      line: `${from} + ${event} (${rule})`,
      to: [...to].sort(),
    }));
    expect(byLine(listed)).toEqual(byLine(expected));
  });

  it("explains every status", () => {
    const rows = tableOf(PAGE, ["status", "what it means"]);
    expect(rows.map(([status]) => status)).toEqual(STATUSES);
    for (const row of rows) for (const cell of row) expect(cell).not.toBe("");
  });
});

it("every event of the table is caused by a script of the journal", () => {
  const lua = readSources(["packages/journal/lua"], ".lua");
  const events = new Set(ROWS.map(({ event }) => event));
  expect([...events].filter((event) => !lua.includes(`'${event}'`))).toEqual([]);
});

describe("TRANSITIONS", () => {
  it("names every rule of the protocol that changes a stored generation", () => {
    const named = new Set(ROWS.flatMap(({ rule }) => rule.split(", ")));
    expect([...named].sort()).toEqual(RULES.split(" ").sort());
  });
});

function byLine<T extends { readonly line: string }>(rows: readonly T[]): readonly T[] {
  return [...rows].sort((a, b) => (a.line < b.line ? -1 : 1));
}
