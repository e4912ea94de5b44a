import { testRedisUrl, uniqueLane } from "@apidot-queue/testkit";
import { expect, it } from "vitest";

import { installElsewhere } from "./elsewhere.ts";
import { packProducer } from "./pack.ts";

it("another service compiles against the packed producer, refusals by type included, and enqueues with it", async () => {
  const project = await installElsewhere(
    await packProducer(),
    "tests/packages/consumer/enqueue.ts",
  );
  expect(await project.compile()).toEqual({ code: 0, output: "" });

  const lane = uniqueLane();
  const { code, output } = await project.start({ REDIS_URL: testRedisUrl(), LANE: lane });
  expect(code, output).toBe(0);
  expect(JSON.parse(output)).toEqual({
    id: expect.stringMatching(new RegExp(`^${lane}_[0-9a-z]{26}$`)),
    status: "queued",
    refused: ["/input/generate_type not_supported", "/input/image_urls not_supported"],
  });
});
