import { STATUSES } from "@apidot-queue/core";

import type { WrongInput } from "../cli-error.ts";
import type { ListQuery } from "../gateway/gateway.ts";
import { printable } from "../output/printable.ts";

/** One flag for each field of the query. */
export const LIST_FLAGS = {
  status: { flags: "--status <status>", help: `${STATUSES.join(", ")}; several with commas` },
  user_id: { flags: "--user <id>", help: "those of one user" },
  model: { flags: "--model <model>", help: "those of one model" },
  lane: { flags: "--lane <lane>", help: "those of one lane" },
  limit: { flags: "--limit <count>", help: "how many a page has" },
  cursor: { flags: "--cursor <cursor>", help: "where the page before ended" },
} as const satisfies Record<keyof ListQuery, { readonly flags: string; readonly help: string }>;

/** Tells what the gateway refuses of a query in terms of the flags. */
export function inTermsOfListFlags(
  errors: readonly { readonly pointer: string; readonly code: string; readonly message: string }[],
): WrongInput[] {
  const labels = new Map(
    Object.entries(LIST_FLAGS).map(([field, { flags }]) => [field, flags.split(" ")[0]]),
  );
  return errors.map(({ pointer, code, message }) => ({
    label: printable(labels.get(pointer.split("/")[1] ?? "") ?? pointer),
    pointer,
    code,
    message: printable(message),
  }));
}
