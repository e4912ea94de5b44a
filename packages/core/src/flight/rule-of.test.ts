import { expect, it } from "vitest";

import { GENERATIONS, NOW as at, OLDER } from "../../test/generation-fixtures.ts";
import { ruleOf } from "./rule-of.ts";

const { queued, submitting, unconfirmed, held, succeeded } = GENERATIONS;

it("tells which of the rules of a row it was", () => {
  const hold = { type: "grace_ended", at, policy: "hold", maxPaidAttempts: 9 } as const;
  expect(ruleOf(unconfirmed.plain, hold, held.unresolved)).toBe("T10");
  const resubmit = { ...hold, policy: "resubmit" } as const;
  expect(ruleOf(unconfirmed.plain, resubmit, held.unresolved)).toBe("T11");
  const last = { ...resubmit, maxPaidAttempts: 1 };
  expect(ruleOf(unconfirmed.plain, last, held.unresolved)).toBe("T10");
});

it("is that of a doubt less, where an outcome leaves the status as it is", () => {
  const rejected = { type: "rejected", at, ...OLDER } as const;
  expect(ruleOf(held.unresolved, rejected, held.plain)).toBe("T8");
  expect(ruleOf(submitting.plain, rejected, held.plain)).toBe("T5");
  expect(
    ruleOf(unconfirmed.plain, { ...rejected, type: "not_sent", wakeAt: at }, queued.plain),
  ).toBe("T8");
});

it("is empty where the table has no row", () => {
  expect(ruleOf(succeeded.plain, { type: "redriven", at }, succeeded.plain)).toBe("");
});
