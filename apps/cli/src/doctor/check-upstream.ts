import { createUpstream } from "@apidot-queue/upstream";

import { printable } from "../output/printable.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** No task has this id: asking for it costs nothing and changes nothing. */
const NO_TASK = "task-doctor-unknown";

/** Asks the upstream for a task that does not exist, which tells whether it is there and whether it takes the key. */
export async function checkUpstream(baseUrl: string, apiKey: string): Promise<Finding> {
  const { ok, warn, fail } = findingsOf("upstream");
  const upstream = createUpstream({ baseUrl, apiKey });
  const place = printable(baseUrl);
  try {
    const { outcome } = await upstream.status(NO_TASK);
    switch (outcome.kind) {
      case "denied":
        if (outcome.httpStatus === 402) {
          return warn(`${place} takes the key and says that credits are short`, "add credits");
        }
        return fail(`${place} refuses the key (${outcome.httpStatus})`, "check APIDOT_API_KEY");
      case "not_found":
      case "rejected":
      case "running":
      case "finished":
      case "failed":
        return ok(`${place} answers and takes the key`);
      case "throttled":
        return warn(`${place} answers and asks for a slower pace`, "look again in a while");
      case "unavailable":
        return fail(
          `${place} gives no usable answer (${printable(outcome.detail)})`,
          "check APIDOT_BASE_URL and the network",
        );
    }
  } finally {
    await upstream.close();
  }
}
