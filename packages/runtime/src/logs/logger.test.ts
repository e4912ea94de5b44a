import { describe, expect, test } from "vitest";

import { recordingLogger } from "../../test/recording-logger.ts";
import { LOG_FIELDS, type LogFields } from "./log-fields.ts";

const CANARIES = {
  key: "sk-canary-0123456789abcdef",
  password: "canary-password",
  prompt: "a canary sings in the rain",
  imageUrl: "https://media.example/canary.png?sig=canary",
  fileUrl: "https://files.example/canary.mp4",
} as const;

function expectNoCanary(text: string) {
  expect(text).not.toMatch(/canary/i);
}

/** As if somebody went round the types. */
function anyFields(fields: Record<string, unknown>): LogFields {
  return fields;
}

describe("a line", () => {
  test("has an ISO time, the level as a word, the app, the pid, the facts and the sentence", () => {
    const { logger, lines } = recordingLogger({ app: "submit-worker" });
    logger.info({ generationId: "default_01", attempt: 1, taskId: "task-1" }, "submit accepted");
    const [line] = lines();
    expect(line).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      app: "submit-worker",
      pid: process.pid,
      generationId: "default_01",
      attempt: 1,
      taskId: "task-1",
      msg: "submit accepted",
    });
  });

  test("is not written below the level", () => {
    const { logger, lines } = recordingLogger({ level: "warn" });
    logger.info({}, "not this");
    logger.warn({}, "but this");
    expect(lines().map(({ msg }) => msg)).toEqual(["but this"]);
  });

  test("of a child carries the child's facts, scrubbed alike", () => {
    const { logger, lines, text } = recordingLogger();
    const child = logger.child({ lane: "default", reason: CANARIES.fileUrl });
    child.child(anyFields({ prompt: CANARIES.prompt })).info({ attempt: 2 }, "begun");
    expect(lines()[0]).toMatchObject({ lane: "default", attempt: 2, reason: "[url]" });
    expectNoCanary(text());
  });

  test("leaves out what is undefined and keeps null, false and zero", () => {
    const { logger, lines } = recordingLogger();
    logger.info({ lane: undefined, code: null, flagged: false, count: 0 }, "seen");
    expect(lines()[0]).toMatchObject({ code: null, flagged: false, count: 0 });
    expect(lines()[0]).not.toHaveProperty("lane");
  });
});

describe("redaction", () => {
  test("a field that is not on the list loses its value, at any depth", () => {
    const { logger, lines, text } = recordingLogger();
    logger.info(
      anyFields({
        prompt: CANARIES.prompt,
        apiKey: CANARIES.key,
        request: { input: { prompt: CANARIES.prompt, image_urls: [CANARIES.imageUrl] } },
        status: { files: [{ url: CANARIES.fileUrl }] },
        reason: [CANARIES.prompt],
      }),
      "seen",
    );
    expectNoCanary(text());
    expect(lines()[0]).toMatchObject({ request: "[unlisted]", status: "[object]" });
  });

  test.each([
    ["a URL", `GET ${CANARIES.imageUrl} failed`, "GET [url] failed"],
    ["a Redis URL", "redis://u:canary@h:1", "[url]"],
    ["a data URL", "data:image/png;base64,canary", "[url]"],
    ["a bearer token", "authorization was Bearer canary", "authorization was Bearer [redacted]"],
    ["a named key", 'api_key="canary" refused', "api_key=[redacted] refused"],
    ["a named prompt", '{"prompt":"a canary sings"}', '{"prompt":[redacted]}'],
  ])("%s is taken out of a text", (_what, reason, expected) => {
    const { logger, lines } = recordingLogger();
    logger.warn({ reason }, "seen");
    expect(lines()[0]?.["reason"]).toBe(expected);
  });

  test("a known secret is taken out wherever it turns up", () => {
    const { logger, text } = recordingLogger({ secrets: [CANARIES.key, CANARIES.password] });
    const cause = new Error(`refused ${CANARIES.password}`);
    const error = new Error(`key was ${CANARIES.key}`, { cause });
    logger.child({ name: CANARIES.key }).error({ error, reason: `x${CANARIES.key}x` }, "failed");
    logger.info({}, `never do this ${CANARIES.key}`);
    expectNoCanary(text());
    expect(text()).toContain("[redacted]");
  });

  test("a request id is kept as it came, but for a secret that somebody made one of", () => {
    const { logger, lines, text } = recordingLogger({ secrets: [CANARIES.key] });
    logger.info({ requestId: "order-1042.retry_2" }, "request answered");
    logger.info({ requestId: CANARIES.key }, "request answered");
    expect(lines().map(({ requestId }) => requestId)).toEqual(["order-1042.retry_2", "[redacted]"]);
    expectNoCanary(text());
  });

  test("no field that is admitted sounds like a secret", () => {
    const secret = /api_?key|authorization|password|prompt|secret|token|url|files?|input|request$/i;
    expect(LOG_FIELDS.filter((name) => secret.test(name))).toEqual([]);
  });

  test("a long text is cut", () => {
    const { logger, lines } = recordingLogger();
    logger.info({ reason: "x".repeat(1_000_000) }, "seen");
    expect(String(lines()[0]?.["reason"])).toHaveLength(301);
  });
});

describe("an error", () => {
  test("keeps its type, its code, its message and its causes", () => {
    const { logger, lines } = recordingLogger();
    const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), {
      code: "ECONNREFUSED",
    });
    logger.error({ error: new TypeError("fetch failed", { cause }) }, "failed");
    expect(lines()[0]?.["error"]).toMatchObject({
      type: "TypeError",
      message: "fetch failed",
      frames: expect.arrayContaining([expect.stringContaining("logger.test.ts")]) as string[],
      cause: { type: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED 127.0.0.1:1" },
    });
  });

  test("of Redis loses the arguments of its command", () => {
    const { logger, text } = recordingLogger();
    const error = Object.assign(
      new Error(`ERR unknown command 'X', with args beginning with: '${CANARIES.prompt}' `),
      { name: "ReplyError", command: { name: "X", args: [CANARIES.prompt] } },
    );
    logger.error({ error }, "failed");
    logger.error({ error: new Error("wrapped", { cause: error }) }, "failed");
    expectNoCanary(text());
    expect(text()).toContain("ERR unknown command");
  });

  test("of a parser loses the text that it quotes", () => {
    const { logger, text } = recordingLogger();
    for (const body of [CANARIES.prompt, `{"prompt": ${CANARIES.prompt}}`, '{"a": "canary']) {
      try {
        JSON.parse(body);
      } catch (error) {
        logger.error({ error }, "failed");
      }
    }
    expect(text().match(/SyntaxError/g)).toHaveLength(3);
    expectNoCanary(text());
  });

  test("loses everything that hangs on it", () => {
    const { logger, text } = recordingLogger();
    const error = Object.assign(new Error(`got ${CANARIES.fileUrl}\nat canary (canary:1)`), {
      request: { prompt: CANARIES.prompt },
      response: CANARIES.imageUrl,
      cause: { prompt: CANARIES.prompt },
    });
    logger.error({ error }, "failed");
    expect(text()).not.toMatch(/canary\.|sings|files\.example/);
  });

  test("may be anything that was thrown, and may go in circles", () => {
    const { logger, lines } = recordingLogger();
    const circle = new Error("round");
    circle.cause = circle;
    const several = new AggregateError([new RangeError("one"), new Error("two")], "");
    for (const error of [circle, several, "text", 7, null, { message: "canary" }]) {
      logger.error({ error }, "failed");
    }
    const errors = lines().map(({ error }) => error);
    expect(errors.slice(1)).toMatchObject([
      { type: "AggregateError", first: { type: "RangeError", message: "one" } },
      { type: "string", message: "text" },
      { type: "number" },
      { type: "object" },
      { type: "object", message: "" },
    ]);
  });
});
