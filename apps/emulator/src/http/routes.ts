import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { status } from "../api/status.ts";
import { submit } from "../api/submit.ts";
import {
  getCredits,
  getFaults,
  getHealth,
  getLedger,
  postCredits,
  postFaults,
} from "../control/control.ts";
import type { EmulatorState } from "../state.ts";
import { viewTask } from "../tasks/task.ts";
import type { Answer } from "./answer.ts";
import { apiError } from "./api-error.ts";
import { readBearer } from "./bearer.ts";
import { deliver } from "./deliver.ts";
import { readBody } from "./read-body.ts";
import { VideoFile } from "./video-file.ts";

const SUBMIT_PATH = "/api/generate/submit";
const STATUS_PREFIX = "/api/generate/status/";
const FILE_PATH = /^\/files\/([^/]+)\.mp4$/;

type Method = "GET" | "POST";

/** What the emulator itself is asked, beside the upstream's two calls. */
const CONTROLS: Readonly<
  Record<string, Partial<Record<Method, (state: EmulatorState, body: Buffer) => Answer>>>
> = {
  "/emulator/healthz": { GET: getHealth },
  "/emulator/ledger": { GET: getLedger },
  "/emulator/faults": { GET: getFaults, POST: postFaults },
  "/emulator/credits": { GET: getCredits, POST: postCredits },
};

/**
 * The whole HTTP surface. It is plain `node:http` because half of the faults happen below a
 * framework: resets, halves of answers, answers that never come.
 *
 * @param originOf where the emulator is reached by the client of this request.
 */
export function createRoutes(
  state: EmulatorState,
  originOf: (request: IncomingMessage) => string,
): RequestListener {
  const video = new VideoFile();

  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    if (path === SUBMIT_PATH) {
      answerWithBody("POST", request, response, (body) =>
        submit(state, {
          token: readBearer(request.headers.authorization),
          body,
          isJson: isJson(request),
          filesOrigin: originOf(request),
          selfUrl: `${originOf(request)}${path}`,
        }),
      );
    } else if (path.startsWith(STATUS_PREFIX)) {
      answerWithBody("GET", request, response, () =>
        status(state, {
          token: readBearer(request.headers.authorization),
          taskId: path.slice(STATUS_PREFIX.length),
          filesOrigin: originOf(request),
          selfUrl: `${originOf(request)}${path}`,
        }),
      );
    } else if (path.startsWith("/files/")) {
      sendFile(path, request, response);
    } else {
      answerControl(path, request, response);
    }
  };

  function sendFile(path: string, request: IncomingMessage, response: ServerResponse): void {
    const task = state.tasks.get(FILE_PATH.exec(path)?.[1] ?? "");
    const isThere = task !== undefined && viewTask(task, state.now()).status === "finished";
    if (request.method !== "GET" && request.method !== "HEAD") refuseMethod(request, response);
    else if (isThere) video.send(request, response);
    else deliver(apiError(404), request, response);
  }

  function answerControl(path: string, request: IncomingMessage, response: ServerResponse): void {
    const control = Object.hasOwn(CONTROLS, path) ? CONTROLS[path] : undefined;
    const method = request.method === "POST" ? "POST" : "GET";
    const handle = control?.[method];
    if (handle === undefined) {
      request.resume();
      deliver(apiError(control === undefined ? 404 : 405), request, response);
    } else {
      answerWithBody(method, request, response, (body) => handle(state, body));
    }
  }
}

function answerWithBody(
  method: Method,
  request: IncomingMessage,
  response: ServerResponse,
  answer: (body: Buffer) => Answer,
): void {
  if (request.method !== method) {
    refuseMethod(request, response);
    return;
  }
  readBody(request, (body) => {
    deliver(body === undefined ? apiError(413) : answer(body), request, response);
  });
}

function refuseMethod(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  deliver(apiError(405), request, response);
}

function isJson(request: IncomingMessage): boolean {
  const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";", 1);
  return mediaType.trim().toLowerCase() === "application/json";
}
