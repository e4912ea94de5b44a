import { expect, test } from "vitest";

import { DONE } from "./index.ts";

test("a hint that has served asks for nothing more", () => {
  expect(DONE).toEqual({ kind: "done" });
});
