import { ERROR_CODES, type Status } from "@apidot-queue/core";

import type { RecordJson } from "../schemas/record-schema.ts";

const queued: RecordJson = {
  id: "default_01kat5k3v8q2x7m4n9p0r1s2t3",
  lane: "default",
  status: "queued",
  model: "veo3.1-lite",
  input: { prompt: "a paper boat" },
  user_id: "user-7",
  metadata: { order: 1042 },
  priority: "normal",
  created_at: "2026-11-20T09:00:00.000Z",
  submitted_at: null,
  settled_at: null,
  deadline_at: null,
  attempts: 0,
  settlement: 1,
  cancel_requested_at: null,
  retry_of: null,
  task: null,
  extra_task_ids: [],
  files: [],
  error: null,
  credits: { estimated: 20, catalog_date: "2026-06-14" },
};

const submitted = {
  submitted_at: "2026-11-20T09:00:01.200Z",
  deadline_at: "2026-11-20T10:00:01.200Z",
  attempts: 1,
} as const;
const task = { id: "task-unified-1795165201-uyujaw3d", status: "running", progress: 42 } as const;

/** A record of each status. `docs/records` has the same; a test compares, and with live ones too. */
export const RECORD_EXAMPLES = {
  queued,
  submitting: { ...queued, status: "submitting", attempts: 1 },
  unconfirmed: { ...queued, status: "unconfirmed", attempts: 1 },
  held: {
    ...queued,
    status: "held",
    attempts: 1,
    error: { code: "unconfirmed", message: ERROR_CODES.unconfirmed.meaning, retryable: true },
  },
  running: { ...queued, ...submitted, status: "running", task },
  succeeded: {
    ...queued,
    ...submitted,
    status: "succeeded",
    settled_at: "2026-11-20T09:00:46.900Z",
    task: { ...task, status: "finished", progress: 100 },
    files: [{ url: "https://files.example/video.mp4", type: "video" }],
  },
  failed: {
    ...queued,
    status: "failed",
    attempts: 1,
    settled_at: "2026-11-20T09:00:01.300Z",
    error: {
      code: "invalid_request",
      message: "veo3.1-lite refused the prompt",
      retryable: false,
    },
  },
  canceled: {
    ...queued,
    status: "canceled",
    settled_at: "2026-11-20T09:00:02.000Z",
    cancel_requested_at: "2026-11-20T09:00:02.000Z",
  },
} as const satisfies Readonly<Record<Status, RecordJson>>;
