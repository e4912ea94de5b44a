import { createServer, type ServerResponse } from "node:http";

/**
 * The upstream of a benchmark, in a process of its own: the same for both sides, and as little work
 * as possible. A task is finished at its `POLLS_UNTIL_FINISHED`-th status call; a task whose id
 * begins with `running-` never is.
 */
const POLLS_UNTIL_FINISHED = 2;

const polls = new Map<string, number>();
let taskCount = 0;

function answer(response: ServerResponse, data: object): void {
  const body = Buffer.from(JSON.stringify({ code: 200, data }));
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": body.length,
  });
  response.end(body);
}

const server = createServer((request, response) => {
  if (request.method === "POST") {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      JSON.parse(Buffer.concat(chunks).toString());
      taskCount += 1;
      const id = `task-unified-1757165031-${String(taskCount).padStart(8, "0")}`;
      answer(response, { task_id: id, status: "not_started" });
    });
    return;
  }
  const path = request.url ?? "";
  const id = path.slice(path.lastIndexOf("/") + 1);
  const seen = (polls.get(id) ?? 0) + 1;
  if (id.startsWith("running-") || seen < POLLS_UNTIL_FINISHED) {
    if (!id.startsWith("running-")) polls.set(id, seen);
    answer(response, { task_id: id, status: "running" });
    return;
  }
  polls.delete(id);
  const files = [{ file_url: `https://files.invalid/${id}.mp4`, file_type: "video" }];
  answer(response, { task_id: id, status: "finished", files });
});

server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
process.on("disconnect", () => process.exit(0));
