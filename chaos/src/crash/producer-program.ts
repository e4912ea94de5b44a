import { createProducer } from "@apidot-queue/producer";

/** Enqueues what it is told, one by one, each under a key of its own, and prints the ids. */
const env = (name: string): string => process.env[name] ?? "";

const producer = createProducer({
  redis: env("REDIS_URL"),
  lane: env("LANE"),
  tenant: env("LANE"),
});
for (const prompt of env("PROMPTS").split(",")) {
  const { id } = await producer.enqueue(
    { model: "veo3.1-lite", input: { prompt } },
    { idempotencyKey: prompt, notifyUrl: env("NOTIFY_URL") },
  );
  process.stdout.write(`${id}\n`);
}
await producer.close();
