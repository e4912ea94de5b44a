export { watchEventLoop } from "./event-loop.ts";
export type {
  Health,
  HealthOptions,
  HealthReport,
  Progress,
  ReadinessReport,
  StaleLoop,
} from "./health.ts";
export { createHealth } from "./health.ts";
export type { OperationsAnswer, OperationsHandler } from "./operations.ts";
export { createOperationsHandler, OPERATIONS_PATHS } from "./operations.ts";
export type { OperationsServer, OperationsServerOptions } from "./operations-server.ts";
export { startOperationsServer } from "./operations-server.ts";
export { answersPing } from "./redis-requirement.ts";
