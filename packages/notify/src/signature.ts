import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** What is signed. */
export interface SignedMessage {
  readonly id: string;
  /** Of this delivery, seconds since the epoch. */
  readonly timestamp: number;
  /** The body, byte for byte as it is sent. */
  readonly body: string;
}

/**
 * The header fields by which a receiver knows who sent a message, by Standard Webhooks 1.0: an
 * HMAC-SHA256 of id, time and body for each secret, so that a receiver may have the old or the new one.
 *
 * @param secrets - `whsec_` and base64, at least one
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(
  { id, timestamp, body }: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(PREFIX, ""), "base64");
    return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}
