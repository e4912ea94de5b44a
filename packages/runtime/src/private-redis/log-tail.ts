import { open } from "node:fs/promises";

const LOG_TAIL_BYTES = 2_000;

/**
 * The end of a log file, at most 2,000 bytes, for an error message.
 *
 * @param start - where the part of interest begins, in bytes
 * @returns an empty string when there is no such file
 */
export async function readLogTail(path: string, start: number): Promise<string> {
  const file = await open(path).catch(() => null);
  if (file === null) return "";
  try {
    const { size } = await file.stat();
    const from = Math.max(start, size - LOG_TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
