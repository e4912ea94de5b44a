import { startPrivateRedis } from "@apidot-queue/runtime";
import { expect, it, onTestFinished } from "vitest";

import { createProducer } from "./create-producer.ts";
import { WaitTimeoutError } from "./producer-error.ts";

it("a producer that has waited for a generation closes while Redis is away", async () => {
  const redis = await startPrivateRedis();
  onTestFinished(() => redis.stop());
  const producer = createProducer({ redis: redis.url });
  const { id } = await producer.enqueue({ model: "veo3.1-lite", input: { prompt: "a long wait" } });
  await expect(producer.wait(id, { timeoutMs: 100 })).rejects.toThrow(WaitTimeoutError);
  await redis.kill("SIGKILL");
  // Refused at once: the producer knows by now that its connections are lost.
  await expect
    .poll(() => producer.get(id).catch((error: Error) => error.name))
    .toBe("UnavailableError");
  await producer.close();
});
