import { expect, it } from "vitest";

import { readDoc, tableOf } from "../../test/markdown.ts";
import { FAILED_REASONS, HELD_REASONS } from "../lifecycle/index.ts";
import { ERROR_CODES } from "./index.ts";

const includes = (list: readonly string[], code: string): boolean => list.includes(code);

it("docs/errors.md lists the registry: every code, in its order, and no other", () => {
  const rows = tableOf(readDoc("errors.md"), ["code", "retryable", "seen in", "meaning"]);
  const registered = Object.entries(ERROR_CODES).map(([code, { retryable, meaning }]) => {
    const seenIn = [
      ...(includes(FAILED_REASONS, code) ? ["failed"] : []),
      ...(includes(HELD_REASONS, code) ? ["held"] : []),
    ];
    return [code, String(retryable), seenIn.join(", ") || "history", meaning];
  });
  expect(rows).toEqual(registered);
});
