import { describe, expect, it } from "vitest";
import { checkSubmit } from "./submit-request.ts";

const IMAGE = "https://cdn.example.com/frame.webp";
const images = (count: number): string[] => Array.from({ length: count }, () => IMAGE);
const request = (model: unknown, input: object = {}, rest: object = {}) => ({
  model,
  input: { prompt: "Dolphins jumping in a bright blue ocean", ...input },
  ...rest,
});

const VALID: readonly [title: string, body: unknown, credits: number][] = [
  ["lite text", request("veo3.1-lite"), 20],
  ["lite text at 1080p", request("veo3.1-lite", { resolution: "1080p" }), 20],
  ["lite text at 4k", request("veo3.1-lite", { resolution: "4k" }), 30],
  ["fast text with all options", fullText("veo3.1-fast"), 36],
  ["fast text at 4k", request("veo3.1-fast", { resolution: "4k" }), 60],
  ["fast frame, one image", imageRequest("veo3.1-fast", "frame", 1), 36],
  ["fast frame, two images", imageRequest("veo3.1-fast", "frame", 2), 36],
  ["fast reference, one image", imageRequest("veo3.1-fast", "reference", 1), 36],
  ["fast reference, three images", imageRequest("veo3.1-fast", "reference", 3), 36],
  ["quality text", request("veo3.1-quality"), 200],
  ["quality text at 4k", request("veo3.1-quality", { resolution: "4k" }), 400],
  ["quality frame, one image", imageRequest("veo3.1-quality", "frame", 1), 200],
  ["quality frame, two images", imageRequest("veo3.1-quality", "frame", 2), 200],
  ["portrait", request("veo3.1-lite", { aspect_ratio: "9:16" }), 20],
  ["a callback", request("veo3.1-lite", {}, { callback_url: "http://127.0.0.1:1/cb" }), 20],
  ["a prompt of 5,000 characters", request("veo3.1-lite", { prompt: "x".repeat(5_000) }), 20],
];

const INVALID: readonly [title: string, body: unknown, message: string][] = [
  ["no JSON", undefined, "the request body must be a JSON object"],
  ["an array", [], "the request body must be a JSON object"],
  ["null", null, "the request body must be a JSON object"],
  ["no model", { input: { prompt: "x" } }, "model is required"],
  ["an unknown model", request("veo3.1"), "unknown model"],
  ["a model of object's own", request("constructor"), "unknown model"],
  ["a model that is no string", request(31), "unknown model"],
  ["no input", { model: "veo3.1-lite" }, "input is required"],
  ["null as input", { model: "veo3.1-lite", input: null }, "input must be an object"],
  ["a list as input", { model: "veo3.1-lite", input: [] }, "input must be an object"],
  ["no prompt", { model: "veo3.1-lite", input: {} }, "input.prompt is required"],
  ["a null prompt", request("veo3.1-lite", { prompt: null }), "input.prompt must be a string"],
  ["a number as prompt", request("veo3.1-lite", { prompt: 1 }), "input.prompt must be a string"],
  ["an empty prompt", request("veo3.1-lite", { prompt: "" }), "input.prompt must not be empty"],
  ["a blank prompt", request("veo3.1-lite", { prompt: " \n" }), "input.prompt must not be empty"],
  ["duration 4", request("veo3.1-lite", { duration: 4 }), "input.duration must be one of: 8"],
  ["duration '8'", request("veo3.1-lite", { duration: "8" }), "input.duration must be one of: 8"],
  [
    "a square",
    request("veo3.1-lite", { aspect_ratio: "1:1" }),
    "input.aspect_ratio must be one of: 16:9, 9:16",
  ],
  [
    "480p",
    request("veo3.1-lite", { resolution: "480p" }),
    "input.resolution must be one of: 720p, 1080p, 4k",
  ],
  [
    "4K in capitals",
    request("veo3.1-lite", { resolution: "4K" }),
    "input.resolution must be one of: 720p, 1080p, 4k",
  ],
  [
    "an unknown mode",
    request("veo3.1-fast", { generate_type: "text", image_urls: images(1) }),
    "input.generate_type must be one of: frame, reference",
  ],
  [
    "lite frame",
    imageRequest("veo3.1-lite", "frame", 1),
    "veo3.1-lite does not support image_urls",
  ],
  [
    "images on lite",
    request("veo3.1-lite", { image_urls: images(1) }),
    "veo3.1-lite does not support image_urls",
  ],
  [
    "a mode on lite",
    request("veo3.1-lite", { generate_type: "frame" }),
    "veo3.1-lite does not support generate_type",
  ],
  [
    "quality reference",
    imageRequest("veo3.1-quality", "reference", 1),
    "veo3.1-quality does not support generate_type reference",
  ],
  [
    "images without a mode",
    request("veo3.1-fast", { image_urls: images(1) }),
    "image_urls requires generate_type",
  ],
  [
    "a mode without images",
    request("veo3.1-fast", { generate_type: "frame" }),
    "generate_type requires image_urls",
  ],
  ["frame, no image", imageRequest("veo3.1-fast", "frame", 0), "frame takes 1 to 2 image_urls"],
  ["frame, three", imageRequest("veo3.1-fast", "frame", 3), "frame takes 1 to 2 image_urls"],
  ["reference, none", imageRequest("veo3.1-fast", "reference", 0), "takes 1 to 3 image_urls"],
  ["reference, four", imageRequest("veo3.1-fast", "reference", 4), "takes 1 to 3 image_urls"],
  [
    "one image as a string",
    request("veo3.1-fast", { generate_type: "frame", image_urls: IMAGE }),
    "input.image_urls must be an array of URLs",
  ],
  [
    "an image that is no URL",
    request("veo3.1-fast", { generate_type: "frame", image_urls: [IMAGE, "frame.webp"] }),
    "input.image_urls[1] must be an http or https URL",
  ],
  [
    "an image on a disk",
    request("veo3.1-fast", { generate_type: "frame", image_urls: ["file:///frame.webp"] }),
    "input.image_urls[0] must be an http or https URL",
  ],
  [
    "a callback that is no URL",
    request("veo3.1-lite", {}, { callback_url: "here" }),
    "callback_url must be an http or https URL",
  ],
  [
    "a callback to ftp",
    request("veo3.1-lite", {}, { callback_url: "ftp://127.0.0.1/" }),
    "callback_url must be an http or https URL",
  ],
  ["a field beside input", request("veo3.1-lite", {}, { user_id: 7 }), 'unknown field "user_id"'],
  ["a field in input", request("veo3.1-lite", { sound: true }), 'unknown field "input.sound"'],
];

function imageRequest(model: string, mode: string, count: number): unknown {
  return request(model, { generate_type: mode, image_urls: images(count) });
}

function fullText(model: string): unknown {
  return request(model, { duration: 8, aspect_ratio: "16:9", resolution: "720p" });
}

describe("checkSubmit", () => {
  it.each(VALID)("accepts %s at its price", (_title, body, credits) => {
    const check = checkSubmit(body);
    if (!check.ok) throw new Error(check.message);
    expect(check.request.model.priceCredits(check.request.input)).toBe(credits);
  });

  it.each(INVALID)("refuses %s and says why", (_title, body, message) => {
    const check = checkSubmit(body);
    expect(check).toEqual({ ok: false, message: expect.stringContaining(message) });
  });
});
