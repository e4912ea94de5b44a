import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { printable, safeJson } from "./printable.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("\u001B[31m", "\u009B2J", "\u001B]0;t\u0007", "\u202E", "a", "\n"))
    .map((parts) => parts.join("")),
);
const CONTROLS = /[\p{Cc}\u2028-\u202E\u2066-\u2069]/u;

describe("printable", () => {
  it("leaves nothing that commands a terminal or reorders text", () => {
    fc.assert(fc.property(anyText, (text) => !CONTROLS.test(printable(text))));
  });

  it("changes nothing about an ordinary text", () => {
    const text = "Ein Boot – 船 🚣 «veo3.1-fast» [1080p] 100 %";
    expect(printable(text)).toBe(text);
  });

  it("takes whole sequences away and makes line ends spaces", () => {
    expect(printable("\u001B[1;31mred\u001B[0m\r\nnext\tcell")).toBe("red next cell");
    expect(printable("\u001B]8;;https://x.example\u001B\\link\u001B]8;;\u0007")).toBe("link");
  });
});

describe("safeJson", () => {
  it("is the same value to a parser, in one line that no terminal obeys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), anyText, (value, text) => {
        const json = safeJson({ value, text });
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text })));
        expect(json).not.toMatch(CONTROLS);
      }),
    );
  });
});
