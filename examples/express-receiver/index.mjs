// Takes notifications of apidot-queue with Express: checks the signature, answers at once, and does
// the work once for each notification.
import { createHmac, timingSafeEqual } from "node:crypto";

import express from "express";

// What `apidot-queue notify-secret <tenant>` shows.
const secret = process.env.NOTIFY_TENANT_SECRET ?? "";
const key = Buffer.from(secret.replace("whsec_", ""), "base64");
if (key.length === 0)
  throw new Error("set NOTIFY_TENANT_SECRET to what apidot-queue notify-secret shows");

/** Standard Webhooks 1.0: an HMAC over id, time and body, within five minutes. */
function isGenuine(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signatures } = headers;
  if (!id || !signatures || !(Math.abs(Date.now() / 1000 - Number(time)) <= 300)) return false;
  const expected = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest();
  return signatures.split(" ").some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

// A notification may come more than once, under the same id. Keep the ids where your data is.
const done = new Set();

const app = express();
// The signature is over the text as it came: no JSON parser before the check.
app.post("/hook", express.text({ type: "application/json", limit: "1mb" }), (request, response) => {
  if (typeof request.body !== "string" || !isGenuine(request.headers, request.body)) {
    response.sendStatus(401);
    return;
  }
  response.sendStatus(204);
  const id = request.headers["webhook-id"];
  if (done.has(id)) return;
  done.add(id);
  const { type, data } = JSON.parse(request.body);
  console.log(type, data.id, data.files[0]?.url ?? data.error?.message ?? "");
});

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`listens at http://127.0.0.1:${server.address().port}/hook`);
});
process.once("SIGTERM", () => server.close());
