import { createLogger } from "../src/logs/logger.ts";
import type { LoggerOptions } from "../src/logs/logger.ts";

/** A real logger whose lines are kept. */
export function recordingLogger(options: Partial<LoggerOptions> = {}) {
  const texts: string[] = [];
  const destination = { write: (text: string) => void texts.push(text) };
  const logger = createLogger({ app: "test", level: "trace", destination, ...options });
  return {
    logger,
    /** As they were written. */
    text: () => texts.join(""),
    lines: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>),
  };
}
