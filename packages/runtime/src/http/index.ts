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
export { createOperationsHandler } from "./operations.ts";
export type { OperationsServer, OperationsServerOptions } from "./operations-server.ts";
