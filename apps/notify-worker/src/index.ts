export { startNotifyWorker } from "./notify-worker.ts";
export type { NotifyWorkerOptions } from "./notify-worker.ts";
