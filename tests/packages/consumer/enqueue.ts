// A service elsewhere: it knows the packed producer and nothing else of this repository.
import { createProducer, InvalidRequestError, type GenerationRecord } from "@apidot-queue/producer";

const { REDIS_URL = "", LANE = "" } = process.env;
const reference = {
  prompt: "A paper boat sails down a rainy street",
  generate_type: "reference" as const,
  image_urls: ["https://media.test/boat.webp"],
};

const producer = createProducer({ redis: REDIS_URL, lane: LANE });
const enqueued = await producer.enqueue({ model: "veo3.1-fast", input: reference });
const found: GenerationRecord | null = await producer.get(enqueued.id);

// @ts-expect-error lite has no reference mode
const refused = producer.enqueue({ model: "veo3.1-lite", input: reference });
const refusal: unknown = await refused.catch((error: unknown) => error);
const fields = refusal instanceof InvalidRequestError ? refusal.errors : [];

await producer.close();
console.log(
  JSON.stringify({
    id: enqueued.id,
    status: found?.status,
    refused: fields.map(({ pointer, code }) => `${pointer} ${code}`),
  }),
);
