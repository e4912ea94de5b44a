import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const UNPACKED = fileURLToPath(new URL("../../.cache/waitaof/bin/redis-server", import.meta.url));

/** A server that knows `WAITAOF`, as the set-up of the tests left it; null where there is none. */
export const WAITAOF_SERVER: string | null = existsSync(UNPACKED) ? UNPACKED : null;
