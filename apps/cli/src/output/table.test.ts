import { expect, it } from "vitest";

import { createTable } from "./table.ts";

const cells = (...texts: string[]): { text: string }[] => texts.map((text) => ({ text }));

it("is as wide as its widest cell, whatever the colours, without spaces at the end", () => {
  const paint = (text: string): string => `<${text}>`;
  const table = createTable(["id", "status"]);
  expect(table.lines([[{ text: "abc" }, { text: "x", paint }], cells("d", "long")])).toEqual([
    "id   status",
    "abc  <x>",
    "d    long",
  ]);
});

it("has its heading once, and columns that later pages only widen", () => {
  const table = createTable(["id", "s"]);
  table.lines([cells("abcd", "x")]);
  expect(table.lines([cells("a", "y")])).toEqual(["a     y"]);
});
