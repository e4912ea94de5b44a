/** Where the API is: what a client needs of a base URL. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The path before `/api/…`, without a slash at its end; empty in the usual case. */
  readonly prefix: string;
}

/**
 * Reads a base URL such as `https://api.apidot.ai` or `http://127.0.0.1:8788/prefix/`.
 *
 * @throws {TypeError} when it is not an absolute http(s) URL, or carries credentials, a query or a
 *   fragment, which no call would keep
 */
export function parseBaseUrl(text: string): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new TypeError("the base URL is not an absolute http or https URL");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new TypeError("the base URL carries credentials, a query or a fragment");
  }
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, "") };
}
