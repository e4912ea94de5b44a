import { expect, it } from "vitest";

import { GENERATIONS, NOW as at } from "../../test/generation-fixtures.ts";
import { ruleOf } from "./rule-of.ts";

const { unconfirmed, held, succeeded } = GENERATIONS;

it("tells which of the rules of a row it was", () => {
  const hold = { type: "grace_ended", at, policy: "hold", maxPaidAttempts: 9 } as const;
  expect(ruleOf(unconfirmed.plain, hold, held.unresolved)).toBe("T10");
  const resubmit = { ...hold, policy: "resubmit" } as const;
  expect(ruleOf(unconfirmed.plain, resubmit, held.unresolved)).toBe("T11");
  const last = { ...resubmit, maxPaidAttempts: 1 };
  expect(ruleOf(unconfirmed.plain, last, held.unresolved)).toBe("T10");
});

it("is empty where the table has no row", () => {
  expect(ruleOf(succeeded.plain, { type: "redriven", at }, succeeded.plain)).toBe("");
});
