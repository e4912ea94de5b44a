export type { ErrorFacts } from "./error-facts.ts";
export type { LogField, LogFields, LogValue } from "./log-fields.ts";
export type { Logger, LoggerOptions, LogLevel } from "./logger.ts";
export { createLogger } from "./logger.ts";
