import type { GenerationRequest } from "@apidot-queue/core";
import { validateRequest } from "@apidot-queue/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CODE, documentsOf, runInProcess } from "../../test/cli-run.ts";
import { exampleRecord, jsonAnswer, problemAnswer } from "../../test/gateway-answers.ts";

const STORED = jsonAnswer(202, exampleRecord("queued"));
const IMAGE = "https://images.example/1.png";

describe("the request of a command line", () => {
  it("holds every flag in its field, and nothing that was not given", async () => {
    const args = ["submit", "veo3.1-fast", "A boat", "--mode", "reference", "--image", IMAGE];
    const more = ["--image", `${IMAGE}?2`, "--resolution", "4k", "--aspect-ratio", "9:16"];
    const options = ["--duration", "8", "--user", "user-7", "--priority", "low", "--lane", "blue"];
    const facts = ["--metadata", "order=7", "--metadata", "note=a=b", "--deadline", "30m"];
    const { code, requests } = await runInProcess(
      [...args, ...more, ...options, ...facts, "--notify-url", "https://me.example/hook"],
      { answers: [STORED] },
    );
    expect(code).toBe(CODE.ok);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.body).toEqual({
      model: "veo3.1-fast",
      input: {
        prompt: "A boat",
        generate_type: "reference",
        image_urls: [IMAGE, `${IMAGE}?2`],
        resolution: "4k",
        aspect_ratio: "9:16",
        duration: 8,
      },
      user_id: "user-7",
      priority: "low",
      lane: "blue",
      metadata: { order: "7", note: "a=b" },
      deadline_ms: 1_800_000,
      notify_url: "https://me.example/hook",
    });
  });

  it("text mode is the absence of a mode", async () => {
    const args = ["submit", "veo3.1-lite", "A boat", "--mode", "text"];
    const { requests } = await runInProcess(args, { answers: [STORED] });
    expect(requests[0]?.body).toEqual({ model: "veo3.1-lite", input: { prompt: "A boat" } });
  });

  it.each([
    ["as it stands", '{"prompt":"A boat","resolution":"4k"}', {}],
    [
      "from a file",
      "@request.json",
      { files: { "request.json": '{"prompt":"A boat","resolution":"4k"}' } },
    ],
    ["from the standard input", "-", { stdin: '{"prompt":"A boat","resolution":"4k"}\n' }],
  ])("takes the whole input %s, and flags are laid over it", async (_, input, world) => {
    const args = ["submit", "veo3.1-lite", "--input", input, "--resolution", "720p"];
    const { requests } = await runInProcess(args, { ...world, answers: [STORED] });
    expect(requests[0]?.body).toEqual({
      model: "veo3.1-lite",
      input: { prompt: "A boat", resolution: "720p" },
    });
  });

  it("whatever core accepts can be written with flags and is sent as it is", async () => {
    const text = fc.string({ minLength: 1 }).filter((prompt) => /\S/.test(prompt));
    const images = fc.array(fc.webUrl(), { minLength: 1, maxLength: 2 });
    const input = fc.record(
      {
        prompt: text,
        resolution: fc.constantFrom("720p", "1080p", "4k"),
        aspect_ratio: fc.constantFrom("16:9", "9:16"),
        duration: fc.constant(8),
        frames: images,
      },
      { requiredKeys: ["prompt"] },
    );
    await fc.assert(
      fc.asyncProperty(input, async ({ frames, ...rest }) => {
        const withFrames =
          frames === undefined ? {} : { generate_type: "frame" as const, image_urls: frames };
        const request = { model: "veo3.1-fast", input: { ...rest, ...withFrames } };
        fc.pre(validateRequest(request).ok);
        const { code, requests } = await runInProcess(argumentsOf(request as GenerationRequest), {
          answers: [STORED],
        });
        expect(code).toBe(CODE.ok);
        expect(requests[0]?.body).toEqual(request);
      }),
      { numRuns: 60 },
    );
  });
});

const FLAGS: Readonly<Record<string, string>> = {
  resolution: "--resolution",
  aspect_ratio: "--aspect-ratio",
  duration: "--duration",
  generate_type: "--mode",
  image_urls: "--image",
  reference_image_urls: "--reference-image",
  reference_video_urls: "--reference-video",
  reference_audio_urls: "--reference-audio",
  video_url: "--video",
  generate_audio: "--generate-audio",
  audio_setting: "--audio-setting",
  seed: "--seed",
  enable_safety_checker: "--enable-safety-checker",
};

/** The flags behind `--`, so that no prompt is read as one of them. */
function argumentsOf({ model, input }: GenerationRequest): string[] {
  const { prompt, ...fields } = input;
  const flags = Object.entries(fields).flatMap(([field, value]) => {
    const all = typeof value === "object" ? value : [value];
    return all.map((one) => `${FLAGS[field]}=${one}`);
  });
  return ["submit", ...flags, "--", model, ...(prompt === undefined ? [] : [prompt])];
}

describe("a wrong request", () => {
  it("is refused before anything is sent, every field named as its flag", async () => {
    const args = ["submit", "veo3.1-lite", "--mode", "frame", "--image", "nonsense"];
    const more = ["--resolution", "8k", "--duration", "soon", "--priority", "now"];
    const run = await runInProcess([...args, ...more, "--lane", "Not a lane", "--json"], {});
    expect(run.code).toBe(CODE.invalid);
    expect(run.requests).toEqual([]);
    const [{ error }] = documentsOf(run) as [{ error: { errors: { label: string }[] } }];
    expect(error).toMatchObject({ code: "invalid", exit_code: CODE.invalid });
    expect(error.errors.map(({ label }) => label).toSorted()).toEqual(
      [
        "--duration",
        "--image",
        "--lane",
        "--mode",
        "--priority",
        "--resolution",
        "prompt",
      ].toSorted(),
    );
    for (const label of ["prompt", "--mode", "--image", "--resolution", "--duration"]) {
      expect(run.stderr).toMatch(new RegExp(`^  ${label}: `, "m"));
    }
    expect(run.stderr).not.toMatch(/generate_type|image_urls/);
  });

  it("names one of several images by its place", async () => {
    const args = ["submit", "veo3.1-fast", "x", "--mode", "frame", "--image", IMAGE];
    const run = await runInProcess([...args, "--image", "ftp://x.example"], {});
    expect(run.stderr).toMatch(/^ {2}--image \(2nd\): must be an absolute http or https URL$/m);
  });

  it("names a field of --input by its place in it", async () => {
    const input = '{"prompt":"x","resolution":"8k","colour":"red"}';
    const run = await runInProcess(["submit", "veo3.1-lite", "--input", input], {});
    expect(run.code).toBe(CODE.invalid);
    expect(run.stderr).toMatch(/^ {2}--input \/resolution: /m);
    expect(run.stderr).toMatch(/^ {2}--input \/colour: unknown field/m);
  });

  it("that only the gateway sees through is named by its flag too", async () => {
    const errors = [{ pointer: "/lane", code: "invalid_value", message: "must be one of: blue" }];
    const answers = [problemAnswer(400, "invalid_request", { errors })];
    const run = await runInProcess(["submit", "veo3.1-lite", "x", "--lane", "red"], { answers });
    expect(run.code).toBe(CODE.invalid);
    expect(run.stderr).toMatch(/^ {2}--lane: must be one of: blue$/m);
  });

  it.each([
    [["--input", "{"], /--input: it is not JSON/],
    [["--input", "@none.json"], /--input: the file cannot be read \(ENOENT\)/],
    [["--metadata", "order"], /--metadata must have the form key=value/],
    [["--deadline", "30"], /--deadline must be a duration with its unit/],
    [["--timeout", "10m"], /--timeout needs --wait/],
    [["--wait", "--timeout", "0s"], /--timeout must be a duration/],
    [["--idempotency-key", "ö"], /--idempotency-key must have 1 to 255/],
    [["--resolutoin", "4k"], /unknown option '--resolutoin'/],
    [["--url", "ftp://127.0.0.1"], /--url must be a URL/],
  ])("one whose flags cannot be read is a mistake of usage: %o", async (flags, message) => {
    const run = await runInProcess(["submit", "veo3.1-lite", "x", ...flags], {});
    expect([run.code, run.requests]).toEqual([CODE.usage, []]);
    expect(run.stderr).toMatch(message);
    expect(run.stdout).toBe("");
  });
});
