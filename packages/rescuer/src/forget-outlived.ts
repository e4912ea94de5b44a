import type { Chore } from "./lane.ts";

/** Settled generations whose retention is over: removed with everything that belongs to them. */
export const forgetOutlived: Chore = async ({ journal }, { retentionMs }, limit) => {
  if (retentionMs === undefined) return {};
  const outlived = await journal.listOutlived(retentionMs, limit);
  const outcomes = await journal.forget(outlived, retentionMs);
  return { retention: outcomes.filter(({ kind }) => kind === "changed").length };
};
