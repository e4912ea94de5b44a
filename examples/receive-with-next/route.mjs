// Takes notifications in Next.js: place it at app/notifications/route.mjs, or wherever `notify_url`
// points. NOTIFY_TENANT_SECRET is what `apidot-queue notify-secret <tenant>` shows.
import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;

// In production a table with a unique key on the id, so that a restart or a second instance knows it.
const inbox = new Map();

export async function POST(request) {
  // The text as it came: a parser would change the bytes that were signed.
  const body = await request.text();
  if (!isGenuine(request.headers, body, process.env.NOTIFY_TENANT_SECRET)) {
    return new Response(null, { status: 401 });
  }
  // Stored before the answer, worked on behind it. A repeated delivery has the same id.
  const id = request.headers.get("webhook-id");
  if (!inbox.has(id)) {
    inbox.set(id, body);
    setImmediate(work, JSON.parse(body));
  }
  return new Response(null, { status: 204 });
}

function isGenuine(headers, body, secret) {
  if (!secret?.startsWith("whsec_")) throw new Error("NOTIFY_TENANT_SECRET has to be whsec_…");
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  const signatures = headers.get("webhook-signature");
  if (!id || !/^\d+$/.test(timestamp ?? "") || !signatures) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
  // Several while a secret is rotated: one that fits is enough.
  return signatures.split(" ").some((signature) => {
    const [version, encoded = ""] = signature.split(",");
    const given = Buffer.from(encoded, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function work({ type, data }) {
  console.log(type, data.id);
}
