import { readTask } from "@apidot-queue/core";

/** The most of a callback that is read, bytes: many times what the upstream sends. */
const MAX_CALLBACK_BYTES = 64 * 1_024;

/**
 * Reads the task id that a callback names, wrapped or bare, whatever its content type says. Nothing
 * else of it is of use: whether the task has ended is the status call's to say.
 *
 * @returns null when no task id is found within the first 64 KiB of JSON
 */
export async function readCallbackTaskId(request: Request): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  try {
    for await (const chunk of request.body ?? []) {
      byteCount += chunk.length;
      if (byteCount > MAX_CALLBACK_BYTES) return null;
      chunks.push(chunk);
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    return readTask(JSON.parse(text))?.taskId ?? null;
  } catch {
    return null;
  }
}
