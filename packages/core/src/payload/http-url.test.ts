import { describe, expect, test } from "vitest";

import { validateRequest } from "./index.ts";

/** Every error as `pointer code`; empty when the URL is taken. */
function urlRefusals(url: string): readonly string[] {
  const input = { prompt: "a", generate_type: "frame", image_urls: [url] };
  const result = validateRequest({ model: "veo3.1-fast", input });
  return result.ok ? [] : result.errors.map(({ pointer, code }) => `${pointer} ${code}`);
}

describe("URLs of images", () => {
  test.each([
    "http://media.test/a.png",
    "https://media.test/a.png?signature=%2B#part",
    "HTTPS://MEDIA.TEST/a",
    "https://[::1]:8080/a",
    `https://media.test/${"a".repeat(2_048 - 19)}`,
  ])("%j is taken", (url) => expect(urlRefusals(url)).toEqual([]));

  test.each([
    "",
    "media.test/a.png",
    "//media.test/a.png",
    "http:media.test",
    "http:///media.test",
    "https://",
    "ftp://media.test/a",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    " https://media.test/a",
    "https://media.test/a b",
    "https://media.test/a\n",
    "https://media.test:99999/",
  ])("%j is refused", (url) =>
    expect(urlRefusals(url)).toEqual(["/input/image_urls/0 invalid_url"]),
  );

  test("one that is too long is refused for its length", () => {
    expect(urlRefusals(`https://media.test/${"a".repeat(2_048)}`)).toEqual([
      "/input/image_urls/0 too_long",
    ]);
  });
});
