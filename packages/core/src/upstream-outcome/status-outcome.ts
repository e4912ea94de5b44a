/** A file of a finished task, as the upstream names it. */
export interface ResultFile {
  readonly url: string;
  /** `video`, `image` or `audio` [doc]; anything else is kept as it came. */
  readonly type: string;
}

/** What one status call came to. None of these but `failed` fails a generation by itself. */
export type StatusOutcome =
  /** Not terminal yet; an unknown status counts as not terminal [doc]. `progress` is 0–100. */
  | {
      readonly kind: "running";
      readonly taskStatus: "not_started" | "running" | "unknown";
      readonly progress: number | null;
    }
  | { readonly kind: "finished"; readonly files: readonly ResultFile[] }
  | { readonly kind: "failed"; readonly message: string | null }
  /** 404: the upstream does not know the task. */
  | { readonly kind: "not_found" }
  /** 400 or 422 for the status call itself. */
  | { readonly kind: "rejected"; readonly httpStatus: number }
  /** 401, 402 or 403. */
  | { readonly kind: "denied"; readonly httpStatus: number }
  /** 429. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number | null }
  /** Anything else: network, 5xx, a page, an answer that cannot be read. `detail` is constant text. */
  | { readonly kind: "unavailable"; readonly detail: string; readonly retryAfterMs: number | null };
