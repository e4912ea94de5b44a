// Takes notifications of apidot-queue in a Next.js route handler: app/api/videos/route.js. It is a
// function from Request to Response, so it runs wherever these are known.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Standard Webhooks 1.0: an HMAC over id, time and body, within five minutes. */
function isGenuine(headers, body, secret) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const [id, time] = [headers.get("webhook-id"), headers.get("webhook-timestamp")];
  const signatures = headers.get("webhook-signature");
  if (key.length === 0 || !id || !signatures) return false;
  if (!(Math.abs(Date.now() / 1000 - Number(time)) <= 300)) return false;
  const expected = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest();
  return signatures.split(" ").some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** What is done once for each notification; a row with a unique id is enough to know. */
const done = new Map();

export async function POST(request) {
  // The signature is over the text as it came: no request.json() before the check.
  const body = await request.text();
  // What `apidot-queue notify-secret <tenant>` shows.
  if (!isGenuine(request.headers, body, process.env.WEBHOOK_SECRET ?? "")) {
    return new Response(null, { status: 401 });
  }
  const id = request.headers.get("webhook-id");
  if (!done.has(id)) done.set(id, JSON.parse(body));
  return new Response(null, { status: 204 });
}

/** For whoever shows what came. */
export function received() {
  return [...done.values()];
}
