/**
 * Why a private Redis could not be had: no server program on this machine, a server that did not
 * start, or a data folder that a running server already works on.
 */
export type PrivateRedisErrorCode =
  | "redis_server_missing"
  | "redis_start_failed"
  | "redis_folder_in_use";

/** A private Redis could not be started. The message is meant for the person at the terminal. */
export class PrivateRedisError extends Error {
  override readonly name = "PrivateRedisError";
  readonly code: PrivateRedisErrorCode;

  constructor(code: PrivateRedisErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.code = code;
  }
}
