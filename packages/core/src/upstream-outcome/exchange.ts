/**
 * One HTTP exchange with the upstream as far as it got: the only thing that the reading rules
 * look at, so that they stay pure and every case can be written as data.
 */
export type Exchange =
  /** Ended before the first byte of the request was written. */
  | { readonly phase: "not_sent"; readonly detail: string }
  /** The request was written and no complete answer was read. */
  | { readonly phase: "sent"; readonly detail: string }
  /** A complete answer was read. `body` is the text, at most 1 MiB. */
  | {
      readonly phase: "answered";
      readonly httpStatus: number;
      readonly contentType: string | null;
      readonly retryAfter: string | null;
      readonly body: string;
    };
