import { join } from "node:path";

import { ROOT } from "./lib/paths.mjs";
import { printError } from "./lib/set-up-error.mjs";
import { setup } from "./setup.mjs";

const DATA_DIR = join(".data", "redis");

try {
  const needsRedis = !process.env.REDIS_URL && !process.env.REDIS_URL_FILE;
  await setup({ redis: needsRedis });
  if (needsRedis) process.env.REDIS_URL = await startRedis();
} catch (error) {
  printError(error);
  process.exit(1);
}
await import("../apps/standalone/dist/main.js");

/** Nothing stops it here: it ends when this process has ended, and so after the service has drained. */
async function startRedis() {
  const { startPrivateRedis } = await import("../packages/runtime/dist/private-redis/index.js");
  const redis = await startPrivateRedis({ dir: join(ROOT, DATA_DIR) });
  console.error(`Redis: our own, on 127.0.0.1:${redis.port}, with its data in ${DATA_DIR}`);
  void redis.exited.then(() =>
    console.error(
      `Our own Redis has ended; its data is kept in ${DATA_DIR}. Stop and start again.`,
    ),
  );
  return redis.url;
}
