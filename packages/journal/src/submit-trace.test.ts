import { expect, it } from "vitest";

import { splitTrace, writeTrace } from "./submit-trace.ts";

it.each([
  { httpStatus: 402, detail: null },
  { httpStatus: null, detail: "connect_refused" },
  { httpStatus: 502, detail: "foreign_5xx" },
])("a trace comes back from the end of its line as it was: %j", (trace) => {
  const words = ["refused", "1200", "1", "0a1b2c3d"];
  expect(splitTrace([...words, `~${writeTrace(trace)}`])).toEqual({ words, trace });
});

it("a line without a trace stays as it is", () => {
  const words = ["begun", "0", "1", "0a1b2c3d", "2000"];
  expect(splitTrace(words)).toEqual({ words, trace: null });
  expect(splitTrace([])).toEqual({ words: [], trace: null });
  expect(writeTrace(null)).toBe("");
});

it.each(["two words", "https://files.example/a.mp4", "~402", "", "x".repeat(41)])(
  "text that is no constant word is not kept: %j",
  (detail) => {
    expect(writeTrace({ httpStatus: null, detail })).toBe("");
  },
);
