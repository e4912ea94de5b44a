export * from "./config/index.ts";
export * from "./http/index.ts";
export * from "./logs/index.ts";
export * from "./metrics/index.ts";
export * from "./private-redis/index.ts";
export * from "./process/index.ts";
export * from "./redis/index.ts";
