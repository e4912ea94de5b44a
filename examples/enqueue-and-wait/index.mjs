// Enqueues one video, waits for its end, and prints where the file is.
import { createProducer } from "@apidot-queue/producer";

const redis = process.env.REDIS_URL || "redis://127.0.0.1:6379";
const producer = createProducer({ redis, lane: process.env.LANE || "default" });

const input = { prompt: "A paper boat sails down a rainy street", resolution: "1080p" };
const { id } = await producer.enqueue({ model: "veo3.1-fast", input });
const generation = await producer.wait(id, { timeoutMs: 15 * 60_000 });
console.log(generation.status, generation.files[0]?.url ?? generation.error?.message);
await producer.close();
