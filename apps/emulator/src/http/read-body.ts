import type { IncomingMessage } from "node:http";

/** Largest body that is read. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads a whole request body. A client that goes away midway never calls back: its submit did
 * not arrive.
 *
 * @param onBody the bytes, or undefined when there were more than {@link MAX_BODY_BYTES}.
 */
export function readBody(
  request: IncomingMessage,
  onBody: (body: Buffer | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  request.on("data", (chunk: Buffer) => {
    byteCount += chunk.length;
    // The rest is read and dropped, so that the client gets to read the answer.
    if (byteCount > MAX_BODY_BYTES) chunks.length = 0;
    else chunks.push(chunk);
  });
  request.on("end", () => {
    if (byteCount > MAX_BODY_BYTES) onBody(undefined);
    else onBody(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
  });
}
