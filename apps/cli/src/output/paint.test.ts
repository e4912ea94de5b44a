import { expect, it } from "vitest";

import { createPaint, wantsColour } from "./paint.ts";

it.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [false, { FORCE_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  [true, { TERM: "dumb" }, false],
])("terminal %s with %o: colours %s", (isTTY, env, expected) => {
  expect(wantsColour({ isTTY }, env)).toBe(expected);
});

it("paints only where colours are wanted", () => {
  expect(createPaint({ isTTY: true }, {})("red", "x")).toBe("\u001B[31mx\u001B[0m");
  expect(createPaint({ isTTY: false }, {})("red", "x")).toBe("x");
});
