import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseByteRange } from "./byte-range.ts";

/** The same number of folders up from `src/http` and from `dist/http`. */
const SAMPLE = new URL("../../assets/sample.mp4", import.meta.url);

/** The one video that every finished task delivers: 1.5 s of H.264 with sound, playable anywhere. */
export class VideoFile {
  readonly #bytes: Buffer;

  /** @throws the system's error when the file is not beside the program. */
  constructor() {
    this.#bytes = readFileSync(SAMPLE);
  }

  /** Answers GET or HEAD with the file or the range of it that was asked for. */
  send(request: IncomingMessage, response: ServerResponse): void {
    const size = this.#bytes.length;
    const range = parseByteRange(request.headers.range, size);
    if (range === null) {
      response.writeHead(416, { "content-range": `bytes */${size}`, "content-length": 0 }).end();
      return;
    }
    const { first, last } = range ?? { first: 0, last: size - 1 };
    response.writeHead(range === undefined ? 200 : 206, {
      "content-type": "video/mp4",
      "content-length": last - first + 1,
      "accept-ranges": "bytes",
      ...(range === undefined ? {} : { "content-range": `bytes ${first}-${last}/${size}` }),
    });
    response.end(request.method === "HEAD" ? undefined : this.#bytes.subarray(first, last + 1));
  }
}
