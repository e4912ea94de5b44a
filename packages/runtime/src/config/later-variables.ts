/** A variable that is promised and whose feature this version does not have. */
export interface LaterVariable {
  readonly name: string;
  /** Values that ask for nothing but what this version does anyway. */
  readonly acceptedTexts: readonly string[];
  readonly isSecret: boolean;
}

function later(name: string, acceptedTexts: readonly string[] = []): LaterVariable {
  return { name, acceptedTexts, isSecret: false };
}

/**
 * Set to anything else than what happens anyway, each of these is a mistake: who sets one relies on
 * it, and silence would break a promise about money, safety or data.
 */
export const LATER_VARIABLES: readonly LaterVariable[] = [
  later("LANES_FILE"),
  later("POLL_LEARN", ["off"]),
];

/** The emulator reads these by itself; here they only count as names of ours. */
export const EMULATOR_VARIABLE_NAMES: readonly string[] = [
  "EMULATOR_PORT",
  "EMULATOR_KEYS",
  "EMULATOR_CREDITS",
  "EMULATOR_SEED",
  "EMULATOR_SPEED",
  "EMULATOR_FAULTS",
  "EMULATOR_LEDGER",
];
