import {
  type CallbackAddress,
  callbackAddress,
  type CallbackKey,
  loadCallbackKeys,
  type SecretStore,
} from "@apidot-queue/callback";
import { isLoopbackHost, type Logger } from "@apidot-queue/runtime";

/** The part of the configuration that callbacks are asked for with. */
export interface CallbackConfig {
  readonly publicUrl: string | null;
  readonly callbackSecrets: readonly CallbackKey[] | null;
}

/** @returns where each attempt asks to be called back; null when no callbacks are asked for. */
export async function callbackUrls(
  { publicUrl, callbackSecrets }: CallbackConfig,
  redis: SecretStore,
  logger: Logger,
): Promise<CallbackAddress | null> {
  if (publicUrl === null) return null;
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === "http:" && !isLoopbackHost(hostname)) {
    logger.warn(
      {},
      "PUBLIC_URL is http: callbacks, and the files that they name, travel in the open",
    );
  }
  return callbackAddress(publicUrl, await loadCallbackKeys(redis, callbackSecrets));
}
