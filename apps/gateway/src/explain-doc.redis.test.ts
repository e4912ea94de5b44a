import { connectTestRedis } from "@apidot-queue/testkit";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

import { explainedExample } from "../test/explained-example.ts";
import { EXPLANATION_EXAMPLE } from "./calls/explanation-example.ts";
import { explanationSchema } from "./schemas/explain-schema.ts";

const PAGE = new URL("../../../docs/explain.md", import.meta.url);

it("the example of docs/explain.md and of the OpenAPI document is what its story comes to", async () => {
  const redis = connectTestRedis();
  const { words, json } = await explainedExample(redis);
  redis.disconnect();
  const [, example] = /```text\n(.*?)\n```/s.exec(readFileSync(PAGE, "utf8")) ?? [];
  expect(example).toBe(words);
  expect(EXPLANATION_EXAMPLE).toEqual(json);
  expect(explanationSchema.strict().parse(json)).toEqual(json);
});
