/** What a tenant may be called: it stands in keys and in records. */
export const TENANT_NAME = /^[A-Za-z0-9._-]{1,48}$/;

/** The tenant of whatever is enqueued without a token. */
export const DEFAULT_TENANT = "default";

/** @returns whether `name` may name a tenant: 1 to 48 letters, digits, dots, `-` or `_`. */
export function isTenantName(name: string): boolean {
  return TENANT_NAME.test(name);
}
