import type { Answer } from "../http/answer.ts";
import { errorEnvelope } from "../http/api-error.ts";
import type { FaultHit } from "./fault-plan.ts";
import { retryAfterHeader } from "./retry-after-header.ts";
import type { ReplacingFault } from "./fault-slot.ts";

/** An answer made by a fault. */
export interface Replacement {
  readonly answer: Answer;
  /** The code that the ledger notes for a refusal; undefined when none was answered. */
  readonly code: number | undefined;
}

/**
 * The answer of a fault that replaces the honest one.
 *
 * @param context `selfUrl`: the URL that was called, where a redirect points by default: a client
 *   that follows it submits twice, and the ledger shows it.
 */
export function replaceAnswer(
  { rule, waitMs }: FaultHit<ReplacingFault>,
  context: { readonly nowMs: number; readonly selfUrl: string },
): Replacement {
  switch (rule.kind) {
    case "rate_limit":
    case "rate_limited": {
      const headers = retryAfterHeader(rule, context.nowMs, waitMs);
      return { answer: { status: 429, headers, body: errorEnvelope(429) }, code: 429 };
    }
    case "error": {
      const headers = retryAfterHeader(rule, context.nowMs, waitMs);
      const { status } = rule;
      return { answer: { status, headers, body: errorEnvelope(status, rule) }, code: status };
    }
    case "error_html": {
      const retryAfter = retryAfterHeader(rule, context.nowMs, waitMs);
      const headers = { ...retryAfter, "content-type": "text/html" };
      const { status } = rule;
      return { answer: { status, headers, body: gatewayPage(status) }, code: status };
    }
    case "error_in_200":
      return { answer: { status: 200, body: errorEnvelope(rule.status, rule) }, code: rule.status };
    case "redirect": {
      const headers = { location: rule.location ?? context.selfUrl };
      return { answer: { status: 307, headers, body: "" }, code: 307 };
    }
    case "reset_before":
      return { answer: { status: 200, body: "", delivery: "reset" }, code: undefined };
    case "hang_before":
      return { answer: { status: 200, body: "", delivery: "hang" }, code: undefined };
    case "not_found_for":
      return { answer: { status: 404, body: errorEnvelope(404) }, code: 404 };
  }
  return rule satisfies never;
}

function gatewayPage(status: number): string {
  return `<html>\r\n<head><title>${status} Error</title></head>\r\n<body>\r\n<center><h1>${status} Error</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n`;
}
