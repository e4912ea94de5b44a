export type { CallbackAddress } from "./callback-address.ts";
export { CALLBACK_PATH, callbackAddress } from "./callback-address.ts";
export type { CallbackKey, CallbackKeys, SecretStore } from "./callback-keys.ts";
export { loadCallbackKeys } from "./callback-keys.ts";
export type { CallbackSubject } from "./callback-token.ts";
export { CALLBACK_TOKEN_TTL_MS, callbackToken, readCallbackToken } from "./callback-token.ts";
