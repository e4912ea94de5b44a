import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Where the privately unpacked Redis lives, and nothing else. */
export const PRIVATE_REDIS_DIR = join(ROOT, ".cache", "redis");
