export { buildNewGeneration } from "./builders.ts";
export type { ClockedJournal } from "./clocked-journal.ts";
export { openClockedJournal } from "./clocked-journal.ts";
export * from "./redis.ts";
export { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
