export type { ConnectOptions } from "./connector.ts";
export { redactMessage } from "./redact.ts";
export { requestSecrets } from "./request-secrets.ts";
export type { CallFacts, StatusReport, SubmitReport } from "./report.ts";
export type { SubmitOptions, SubmitRequest } from "./submit-call.ts";
export type { Upstream } from "./upstream.ts";
export type { UpstreamAccount } from "./upstream-account.ts";
export { createUpstream } from "./upstream.ts";
export type { RequestFact, UpstreamOptions } from "./upstream-options.ts";
