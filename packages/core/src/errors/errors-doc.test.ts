import { expect, it } from "vitest";

import { readDoc, tableOf } from "../../test/markdown.ts";
import { namesAfter, readSources } from "../../test/product-source.ts";
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

it("docs/errors.md names the codes that nothing gives yet, and no other", () => {
  // The tables of the lifecycle know every word; these are where one is chosen and written.
  const rules = ["retry", "poll", "upstream-outcome"].map((part) => `packages/core/src/${part}`);
  const text =
    readSources([...rules, "packages/journal/src", "packages/rescuer/src"], ".ts") +
    readSources(["packages/journal/lua"], ".lua");
  const silent = Object.keys(ERROR_CODES).filter(
    (code) => !new RegExp(`["']${code}["']`).test(text),
  );
  const [page, words] = [readDoc("errors.md"), "Nothing in this version gives the code"];
  expect(page.includes(words) ? namesAfter(page, words) : []).toEqual(silent);
});
