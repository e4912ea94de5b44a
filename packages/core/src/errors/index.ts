export type { ErrorCode, ErrorCodeFacts } from "./error-code.ts";
export { ERROR_CODES, isErrorCode } from "./error-code.ts";
