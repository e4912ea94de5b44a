import { expect, it } from "vitest";

import { validateHalt, validateResume } from "./lane-request.ts";

const pointers = (result: ReturnType<typeof validateHalt | typeof validateResume>): string[] =>
  result.ok ? [] : result.errors.map(({ pointer }) => pointer);

it("a halt needs a reason, and nothing else is taken", () => {
  expect(validateHalt({ reason: "maintenance" })).toEqual({ ok: true, reason: "maintenance" });
  expect(pointers(validateHalt({ reason: " " }))).toEqual(["/reason"]);
  expect(pointers(validateHalt({}))).toEqual(["/reason"]);
  expect(pointers(validateHalt({ reason: "x".repeat(501), until: 1 })).toSorted()).toEqual([
    "/reason",
    "/until",
  ]);
  expect(pointers(validateHalt("halt"))).toEqual([""]);
});

it("a resume redrives where that is asked for, and goes on by a cursor", () => {
  expect(validateResume(undefined)).toEqual({ ok: true, request: {} });
  expect(validateResume({ redrive: true })).toEqual({ ok: true, request: { redrive: true } });
  const next = { redrive: true, cursor: "1795165200000" };
  expect(validateResume(next)).toEqual({ ok: true, request: next });
  expect(pointers(validateResume({ cursor: "1795165200000" }))).toEqual(["/cursor"]);
  expect(pointers(validateResume({ redrive: "yes", cursor: "x" })).toSorted()).toEqual([
    "/cursor",
    "/redrive",
  ]);
  expect(pointers(validateResume([]))).toEqual([""]);
});
