// A client that was written for APIDot. Two settings make it one of apidot-queue: the base URL is the
// gateway's, and the key is a token of the gateway (any text where it has none).
const baseUrl = process.env.APIDOT_BASE_URL || "http://127.0.0.1:8787";
const headers = { authorization: `Bearer ${process.env.APIDOT_API_KEY || "none"}` };

async function call(path, init = {}) {
  const answer = await fetch(`${baseUrl}${path}`, {
    ...init,
    headers: { ...headers, ...init.headers },
  });
  const { code, data, error } = await answer.json();
  if (code !== 200) throw new Error(`${error.type}: ${error.message}`);
  return data;
}

let task = await call("/api/generate/submit", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    model: "veo3.1-fast",
    input: { prompt: "A paper boat sails down a rainy street", resolution: "1080p" },
  }),
});
const pause = Number(process.env.POLL_SECONDS || 2) * 1000;
while (task.status !== "finished" && task.status !== "failed") {
  await new Promise((resolve) => setTimeout(resolve, pause));
  task = await call(`/api/generate/status/${task.task_id}`);
}
console.log(task.status, task.output?.files[0].file_url ?? task.error_message);
