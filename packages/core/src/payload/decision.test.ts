import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LANE_DECISION_LIMITS, validateDecision, validateLaneDecision } from "./decision.ts";

const mistakesOf = (result: ReturnType<typeof validateDecision>): string[] =>
  result.ok ? [] : result.errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted();

describe("a decision", () => {
  it("to attach has the task, and the attempt where it is known", () => {
    const body = { action: "attach", task_id: "task-1", reason: "found" };
    expect(validateDecision(body)).toEqual({
      ok: true,
      decision: { action: "attach", taskId: "task-1", attempt: null, reason: "found" },
    });
    expect(validateDecision({ ...body, attempt: 2 })).toMatchObject({ decision: { attempt: 2 } });
  });

  it.each(["resubmit", "abandon"] as const)("to %s has a reason and no more", (action) => {
    const body = { action, reason: "the upstream lost it" };
    expect(validateDecision(body)).toEqual({ ok: true, decision: body });
  });

  it.each([
    [null, [" invalid_type"]],
    [{}, ["/action required", "/reason required"]],
    [{ action: "retry", reason: "x" }, ["/action invalid_value"]],
    [{ action: "attach", reason: "x" }, ["/task_id required"]],
    [
      { action: "attach", task_id: "two words", attempt: 0, reason: "x" },
      ["/attempt out_of_range", "/task_id invalid_value"],
    ],
    [{ action: "attach", task_id: "..", reason: "x" }, ["/task_id invalid_value"]],
    [{ action: "attach", task_id: "task-\uD800", reason: "x" }, ["/task_id invalid_value"]],
    [
      { action: "resubmit", task_id: "task-1", attempt: 1, reason: "x" },
      ["/attempt not_supported", "/task_id not_supported"],
    ],
    [{ action: "abandon", reason: " \n" }, ["/reason invalid_value"]],
    [{ action: "abandon", reason: "x".repeat(501) }, ["/reason too_long"]],
    [{ action: "abandon", reason: "x", limit: 3 }, ["/limit unknown_field"]],
  ])("that is %j is refused with every mistake", (body, mistakes) => {
    expect(mistakesOf(validateDecision(body))).toEqual(mistakes);
  });

  it("is checked without a throw, whatever comes, and no text of it is repeated", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 21 }), (value, reason) => {
        const result = validateDecision({ action: value, reason, task_id: value });
        expect(JSON.stringify(result.ok ? null : result.errors)).not.toContain(
          JSON.stringify(reason).slice(1, -1),
        );
        validateDecision(value);
      }),
    );
  });
});

describe("a decision on a whole lane", () => {
  it("takes as many as it says, or the usual number", () => {
    const decision = { action: "abandon", reason: "nobody waits" } as const;
    const { default: limit } = LANE_DECISION_LIMITS;
    expect(validateLaneDecision(decision)).toEqual({ ok: true, decision, limit });
    expect(validateLaneDecision({ ...decision, limit: 7 })).toEqual({
      ok: true,
      decision,
      limit: 7,
    });
  });

  it.each([
    [[], [" invalid_type"]],
    [{ action: "attach", reason: "x" }, ["/action invalid_value"]],
    [{ action: "abandon", reason: "x", limit: 1_001 }, ["/limit out_of_range"]],
    [{ action: "abandon", reason: "x", task_id: "task-1" }, ["/task_id unknown_field"]],
  ])("that is %j is refused", (body, mistakes) => {
    const result = validateLaneDecision(body);
    expect(result.ok ? [] : result.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(
      mistakes,
    );
  });
});
