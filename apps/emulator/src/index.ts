export type { CreditChange } from "./accounts.ts";
export { readEnvironment as readEmulatorEnvironment } from "./environment.ts";
export { type Emulator, type EmulatorOptions, startEmulator } from "./emulator.ts";
export { type FaultKind, type FaultRule } from "./faults/fault-rule.ts";
export type { LedgerEntry, LedgerEvent } from "./ledger.ts";
