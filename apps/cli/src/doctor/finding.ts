/** How much a finding matters: `fail` keeps something from working, `warn` may surprise. */
export type FindingLevel = "ok" | "warn" | "fail";

/** What one check found; fit for a terminal, and without any secret. */
export interface Finding {
  /** The name of the check. */
  readonly check: string;
  readonly level: FindingLevel;
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** @returns makers of findings of one check. */
export function findingsOf(check: string) {
  return {
    ok: (message: string): Finding => ({ check, level: "ok", message }),
    warn: (message: string, advice?: string): Finding => found(check, "warn", message, advice),
    fail: (message: string, advice?: string): Finding => found(check, "fail", message, advice),
  };
}

function found(check: string, level: FindingLevel, message: string, advice?: string): Finding {
  return { check, level, message, ...(advice === undefined ? {} : { advice }) };
}
