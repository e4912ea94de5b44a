// Enqueues one video over HTTP, follows it by server-sent events, and prints where the file is.
const gateway = process.env.APIDOT_QUEUE_URL || "http://127.0.0.1:8787";
// Any token will do where the gateway has none.
const headers = { authorization: `Bearer ${process.env.APIDOT_QUEUE_TOKEN || "none"}` };

const answer = await fetch(`${gateway}/v1/generations`, {
  method: "POST",
  headers: {
    ...headers,
    "content-type": "application/json",
    // The same key makes one video, however often this is sent.
    "idempotency-key": process.env.ORDER || crypto.randomUUID(),
  },
  body: JSON.stringify({
    model: "veo3.1-fast",
    input: { prompt: "A paper boat sails down a rainy street", resolution: "1080p" },
  }),
});
const generation = await answer.json();
// A problem has a stable code, and names every wrong field.
if (answer.status !== 202)
  throw new Error(`${generation.code}: ${JSON.stringify(generation.errors)}`);

let record = generation;
const events = await fetch(`${gateway}/v1/generations/${generation.id}/events`, { headers });
let text = "";
for await (const chunk of events.body.pipeThrough(new TextDecoderStream())) {
  text += chunk;
  for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
    const lines = text.slice(0, end).split("\n");
    text = text.slice(end + 2);
    const data = lines.find((line) => line.startsWith("data: "));
    if (lines.includes("event: generation")) record = JSON.parse(data.slice("data: ".length));
  }
}
// The stream ends with the generation. Connect again where it ended before that.
console.log(record.status, record.files[0]?.url ?? record.error?.message);
