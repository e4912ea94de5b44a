// Another program: it has the producer, a Redis and a file of items, and nothing else of ours.
import { readFile } from "node:fs/promises";

import { createProducer } from "@apidot-queue/producer";

const { REDIS_URL, ITEMS_FILE } = process.env;
const items = JSON.parse(await readFile(ITEMS_FILE, "utf8"));

const producer = createProducer({ redis: REDIS_URL });
const records = await producer.enqueueMany(items);
await producer.close();
console.log(`enqueued ${JSON.stringify(records.map(({ id }) => id))}`);
