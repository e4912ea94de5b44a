import { scrubText } from "../logs/scrub.ts";

const LONGEST = 160;

/**
 * What went wrong with Redis, in one short text that is safe to show. A `ReplyError` carries the
 * arguments of its command, prompts included, and "unknown command" repeats them in its message:
 * neither is ever part of it.
 *
 * @param error - anything that was thrown
 */
export function redisErrorSummary(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const { code, lastNodeError } = error as { code?: unknown; lastNodeError?: unknown };
  if (lastNodeError instanceof Error) return redisErrorSummary(lastNodeError);
  if (typeof code === "string" && code !== "") return code;
  return redisMessage(error.message) || error.name;
}

/** @returns the message of an error of Redis or of its client without any argument of a command. */
export function redisMessage(message: string): string {
  const [head = ""] = message.split(/,? with args beginning with|\n/);
  return scrubText(head.replaceAll(/'[^']*'|`[^`]*`|"[^"]*"/g, "…")).slice(0, LONGEST);
}
