import { describe, expect, it } from "vitest";

import { EVENT_CASES } from "../../test/event-cases.ts";
import { ARM_KEYS, FACT_KEYS, GENERATIONS, NOW } from "../../test/generation-fixtures.ts";
import { MATRIX, OUTCOMES } from "../../test/transition-matrix.ts";
import {
  EVENT_TYPES,
  STATUSES,
  taskOf,
  transition,
  TRANSITIONS,
  type Generation,
  type LifecycleEvent,
  type Status,
} from "./index.ts";

interface Cell {
  readonly status: Status;
  readonly variant: string;
  readonly eventCase: string;
  readonly before: Generation;
  readonly event: LifecycleEvent;
  readonly expected: string;
}

const IGNORED = { stale: "stale", duplicate: "known", not_applicable: "." } as const;
const CELLS: readonly Cell[] = STATUSES.flatMap(cellsOf);
const CHANGED = CELLS.flatMap((cell) => {
  const result = transition(cell.before, cell.event);
  return result.kind === "changed" ? [{ ...cell, after: result.generation }] : [];
});

describe("the matrix", () => {
  it("has a case for every event type and nothing that it does not know", () => {
    const types = new Set(Object.values(EVENT_CASES).map((event) => event.type));
    expect([...types]).toEqual([...EVENT_TYPES]);
    for (const status of STATUSES) {
      const { variants, rows } = parse(MATRIX[status]);
      expect(variants).toEqual(Object.keys(GENERATIONS[status]));
      expect(Object.keys(EVENT_CASES)).toEqual(expect.arrayContaining([...rows.keys()]));
      for (const cells of rows.values()) expect(cells).toHaveLength(variants.length);
    }
  });

  it.each(STATUSES)("%s answers every event as the matrix says", (status) => {
    for (const cell of CELLS.filter((each) => each.status === status)) {
      expect(`${nameOf(cell)} → ${observed(cell)}`).toBe(`${nameOf(cell)} → ${cell.expected}`);
    }
  });

  it("witnesses every target of TRANSITIONS and no other", () => {
    const witnessed = CHANGED.map((c) => `${c.status} ${c.event.type} ${c.after.status}`);
    const allowed = STATUSES.flatMap((from) =>
      Object.entries(TRANSITIONS[from]).flatMap(([type, row]) =>
        row.to.map((to) => `${from} ${type} ${to}`),
      ),
    );
    expect([...new Set(witnessed)].sort()).toEqual([...allowed].sort());
    expect(new Set(allowed).size).toBe(allowed.length);
  });
});

describe("every change", () => {
  it("raises the version by exactly one", () => {
    for (const cell of CHANGED) {
      expect(cell.after.version, nameOf(cell)).toBe(cell.before.version + 1);
    }
  });

  it("leaves exactly the facts and the fields of the new status", () => {
    for (const cell of CHANGED) {
      const keys = [...FACT_KEYS, ...ARM_KEYS[cell.after.status]].sort();
      expect(Object.keys(cell.after).sort(), nameOf(cell)).toEqual(keys);
    }
  });

  it("fills the fields of the new status from the event", () => {
    for (const cell of CHANGED) {
      expect(armOf(cell.after), nameOf(cell)).toEqual(expectedArm(cell, cell.after));
    }
  });

  it("keeps identity, and lets only a begin count attempts and only a request mark the cancel", () => {
    for (const cell of CHANGED) {
      const { before, after, event } = cell;
      for (const key of ["id", "lane", "model", "priority", "createdAt"] as const) {
        expect(after[key], nameOf(cell)).toBe(before[key]);
      }
      expect(after.attempt - before.attempt, nameOf(cell)).toBe(event.type === "begun" ? 1 : 0);
      const requestedAt = event.type === "cancel_requested" ? NOW : before.cancelRequestedAt;
      expect(after.cancelRequestedAt, nameOf(cell)).toBe(requestedAt);
    }
  });

  it("leaves the generation that it was given as it was", () => {
    const frozen = CELLS.map((cell) => ({
      ...cell,
      before: deepFreeze(structuredClone(cell.before)),
    }));
    for (const cell of frozen) {
      expect(() => transition(cell.before, cell.event), nameOf(cell)).not.toThrow();
    }
  });
});

function cellsOf(status: Status): Cell[] {
  const { rows } = parse(MATRIX[status]);
  const generations: [string, Generation][] = Object.entries(GENERATIONS[status]);
  return Object.entries(EVENT_CASES).flatMap(([eventCase, event]) =>
    generations.map(([variant, before], column) => ({
      status,
      variant,
      eventCase,
      before,
      event,
      expected: rows.get(eventCase)?.[column] ?? (OUTCOMES.includes(event.type) ? "stale" : "."),
    })),
  );
}

function parse(table: string): {
  readonly variants: readonly string[];
  readonly rows: ReadonlyMap<string, readonly string[]>;
} {
  const lines = table.trim().split("\n");
  const [[, ...variants] = [], ...rows] = lines.map((line, index) =>
    (index === 0 ? ` ${line}` : line).split("|").map((text) => text.trim()),
  );
  return { variants, rows: new Map(rows.map(([name = "", ...cells]) => [name, cells])) };
}

function nameOf(cell: Cell): string {
  return `${cell.status} (${cell.variant}) + ${cell.eventCase}`;
}

function observed({ before, event }: Cell): string {
  const result = transition(before, event);
  if (result.kind === "ignored") return IGNORED[result.reason];
  const after = result.generation;
  const target = after.status === before.status ? "same" : after.status;
  const reason = target !== "same" && "reason" in after ? `:${after.reason}` : "";
  const marks = [
    isLess(names(after), names(before)) && "u-",
    isLess(names(before), names(after)) && "u+",
    isLess(before.extraTaskIds, after.extraTaskIds) && "x+",
    isLess(after.extraTaskIds, before.extraTaskIds) && "x-",
    after.settlement === before.settlement + 1 && "n+",
  ];
  return [`${target}${reason}`, ...marks.filter(Boolean)].join(" ");
}

function names(g: Generation): string[] {
  return g.unresolved.map(({ attempt, fence }) => `${attempt}.${fence}`);
}

/** @returns whether something of `b` is missing in `a`. */
function isLess(a: readonly string[], b: readonly string[]): boolean {
  return b.some((item) => !a.includes(item));
}

function armOf(g: Generation): Record<string, unknown> {
  return Object.fromEntries(Object.entries(g).filter(([key]) => !FACT_KEYS.includes(key)));
}

function expectedArm({ before, event }: Cell, after: Generation): Record<string, unknown> {
  const { status } = after;
  if (status === before.status) return armOf(before);
  const known = taskOf(before);
  const named = "taskId" in event ? { taskId: event.taskId, submittedAt: NOW } : null;
  const reason = "reason" in after ? after.reason : null;
  switch (status) {
    case "queued":
      return { status, wakeAt: "wakeAt" in event ? event.wakeAt : NOW };
    case "submitting":
      return { status, ...pick(event, "fence"), ...pick(event, "sendDeadlineAt") };
    case "unconfirmed":
      return { status, ...pick(before, "fence"), ...pick(event, "graceEndAt") };
    case "held":
      return { status, reason, heldAt: NOW, task: known };
    case "running":
      return { status, task: named, ...pick(event, "deadlineAt") };
    case "succeeded": {
      // Another task than the bound one takes its place.
      const isOwn = named === null || known?.taskId === named.taskId;
      return { status, task: isOwn ? known : named, settledAt: NOW };
    }
    case "failed":
      return { status, reason, task: known, settledAt: NOW };
    case "canceled":
      break;
  }
  return { status, task: known, settledAt: NOW };
}

function pick(from: object, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => name === key));
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
