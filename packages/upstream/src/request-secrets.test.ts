import { expect, it } from "vitest";
import { requestSecrets } from "./request-secrets.ts";

it("finds every string of an input at any depth", () => {
  const input = {
    prompt: "p",
    image_urls: ["u1", "u2"],
    shots: [{ text: "t", length: 4, camera: { move: "m" } }],
    seed: 7,
    nothing: null,
  };
  expect(requestSecrets(input).toSorted()).toEqual(["m", "p", "t", "u1", "u2"]);
});

it("leaves out the words of closed sets, but not a text put in their place", () => {
  const input = {
    resolution: "1080p",
    generate_type: "frame",
    aspect_ratio: "a long private text",
  };
  expect(requestSecrets(input)).toEqual(["a long private text"]);
});

it.each([[null], [undefined], [7], [true]])("finds none in %j", (input) => {
  expect(requestSecrets(input)).toEqual([]);
});

it("takes an input nested deeper than calls can be", () => {
  let input: unknown = "deep";
  for (let depth = 0; depth < 100_000; depth += 1) input = [input];
  expect(requestSecrets(input)).toEqual(["deep"]);
});
