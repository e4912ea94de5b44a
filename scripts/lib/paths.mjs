import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What can be fetched or made again. */
export const CACHE_DIR = join(ROOT, ".cache");

/** Where the privately unpacked Redis lives, and nothing else. */
export const PRIVATE_REDIS_DIR = join(CACHE_DIR, "redis");
