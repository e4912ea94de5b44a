import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_MESSAGE_CHARACTERS, redactMessage } from "./redact.ts";

const PROMPT = 'A canary sings in a mine\nwhile the "lamps" go out, one by one';

describe("redactMessage", () => {
  it.each([
    ["an ordinary message", "veo3.1-lite does not support image_urls"],
    ["a short run of the prompt", "a canary sings is no model"],
    ["the word bearer at the end", "missing bearer"],
    ["a scheme without an address", "only http and https are taken"],
  ])("leaves %s alone", (_title, text) => {
    expect(redactMessage(text, [PROMPT, "key-0123456789"])).toBe(text);
  });

  it.each([
    ["an http URL", "at http://media.test/a?b=c d", "at [redacted] d"],
    ["an https URL in capitals", "at HTTPS://MEDIA.TEST/A, d", "at [redacted] d"],
    ["a URL in quotes", 'at "https://media.test/a" d', 'at "[redacted]" d'],
    ["a URL escaped for JSON", "at https:\\/\\/media.test\\/a d", "at [redacted] d"],
    ["a percent-encoded URL", "at u=https%3A%2F%2Fmedia.test%2Fa d", "at u=[redacted] d"],
    ["a data URL", "at data:image/png;base64,iVBORw0KGgo= d", "at [redacted] d"],
    ["a bearer token", "sent Bearer abc.def-ghi here", "sent [redacted] here"],
    [
      "the token of a callback without its scheme",
      "POST a.test/callbacks/k1.default_01kat5k3v8q2x7m4n9p0r1s2t3.1.1795000000.4f3cQ0Zb7m1yV2x8nT6sR9kLwE5aH0uJdPqGiXoBtCM 500",
      "POST a.test/callbacks/[redacted] 500",
    ],
    ["two neighbours", "http://a.test http://b.test", "[redacted] [redacted]"],
  ])("removes %s", (_title, text, expected) => {
    expect(redactMessage(text, [])).toBe(expected);
  });

  it.each([
    ["the whole prompt", `refused: ${PROMPT}.`, "refused: [redacted]."],
    ["it in capitals", `refused: ${PROMPT.toUpperCase()}.`, "refused: [redacted]."],
    ["it on one line", `refused: ${PROMPT.replace("\n", "   ")}.`, "refused: [redacted]."],
    ["it escaped for JSON", `refused: ${JSON.stringify(PROMPT)}.`, 'refused: "[redacted]".'],
    ["a run of 24", `refused: <${PROMPT.slice(4, 28)}>`, "refused: <[redacted]>"],
    ["two runs", `${PROMPT.slice(0, 26)}##${PROMPT.slice(30)}`, "[redacted]##[redacted]"],
  ])("removes %s", (_title, text, expected) => {
    expect(redactMessage(text, [PROMPT])).toBe(expected);
  });

  it("removes a short secret whole, wherever it stands, and none below four characters", () => {
    expect(redactMessage("cats, Cats and concats", ["cats"])).toBe(
      "[redacted], [redacted] and con[redacted]",
    );
    expect(redactMessage("a cat", ["cat", "a", ""])).toBe("a cat");
  });

  it("removes a key, and a longer part of it", () => {
    const key = "key-0123456789abcdefghij";
    expect(redactMessage(`bad ${key}!`, [key])).toBe("bad [redacted]!");
    expect(redactMessage("bad 0123456789ab...", [key])).toBe("bad [redacted]...");
  });

  it("makes control and invisible characters one space", () => {
    expect(redactMessage("\u0000a\r\n\tb\u001b[31mc\u202ed\u200be\ud800\u2028f ", [])).toBe(
      "a b [31mc d e f",
    );
  });

  it("does not let an invisible character inside hide a secret", () => {
    const hidden = "zero\u200bwidth joins this prompt in the middle";
    expect(redactMessage(`no: ${hidden}`, [hidden])).toBe("no: [redacted]");
  });

  it("keeps at most 300 characters and no half of one", () => {
    expect(redactMessage("x".repeat(5_000), [])).toHaveLength(MAX_MESSAGE_CHARACTERS);
    const text = `${"x".repeat(299)}🎬`;
    expect(redactMessage(text, [])).toBe("x".repeat(299));
  });

  it("does not show the beginning of a secret that its window cut off", () => {
    const secret = "sesame-open-0123456789";
    const url = `https://media.test/${"u".repeat(4_050)}`;
    const text = `${url} tail ${secret}`;
    expect(redactMessage(text, [secret])).not.toContain("sesame");
  });

  it("never keeps a run of 24 characters of a secret, wherever it is quoted", () => {
    const words = fc.array(fc.constantFrom("lamp", "mine", "bird", "Öl", "İ", "ß", "🎬"), {
      minLength: 8,
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        words.map((list) => list.join(" ")),
        fc.string({ maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        fc.nat({ max: 200 }),
        (secret, before, after, start) => {
          const quoted = secret.slice(start % Math.max(1, secret.length - 24));
          const result = redactMessage(`${before}\n${quoted}\n${after}`, [secret]);
          expect(result.length).toBeLessThanOrEqual(MAX_MESSAGE_CHARACTERS);
          for (let at = 0; at + 24 <= secret.length; at += 1) {
            expect(result).not.toContain(secret.slice(at, at + 24));
          }
        },
      ),
    );
  });

  it("takes any text and any secrets", () => {
    const text = fc.string({ unit: "binary", maxLength: 600 });
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 4 }), (message, secrets) => {
        const result = redactMessage(message, secrets);
        expect(result.length).toBeLessThanOrEqual(MAX_MESSAGE_CHARACTERS);
        expect(result).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });
});
