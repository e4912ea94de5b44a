export type { CreditChange } from "./accounts.ts";
export { fingerprintKey } from "./accounts.ts";
export { readEnvironment as readEmulatorEnvironment } from "./environment.ts";
export { type Emulator, type EmulatorOptions, startEmulator } from "./emulator.ts";
export { FAULT_KINDS, type FaultKind, type FaultRule } from "./faults/fault-rule.ts";
export { FaultRulesError, parseFaultRules } from "./faults/parse-fault-rules.ts";
export type { LedgerEntry, LedgerEvent } from "./ledger.ts";
