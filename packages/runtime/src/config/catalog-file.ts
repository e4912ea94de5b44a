import { type Catalog, formatFieldErrors, overlayCatalog } from "@apidot-queue/core";

import type { Parser } from "./variable.ts";

/** The catalog with what a file of `CATALOG_FILE` lays over it. */
export const catalogOverlay: Parser<Catalog> = (text) => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: "names a file that is not JSON" };
  }
  const overlaid = overlayCatalog(value);
  if (overlaid.ok) return { ok: true, value: overlaid.catalog };
  return {
    ok: false,
    problem: `names a file that is wrong: ${formatFieldErrors(overlaid.errors)}`,
  };
};
