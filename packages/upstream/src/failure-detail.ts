const BY_CODE: Readonly<Record<string, string>> = {
  ENOTFOUND: "dns_failed",
  EAI_AGAIN: "dns_failed",
  EAI_FAIL: "dns_failed",
  EAI_NODATA: "dns_failed",
  EAI_NONAME: "dns_failed",
  ECONNREFUSED: "connect_refused",
  ETIMEDOUT: "connect_timeout",
  UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENETDOWN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "closed",
  UND_ERR_HEADERS_TIMEOUT: "request_timeout",
  UND_ERR_BODY_TIMEOUT: "request_timeout",
  UND_ERR_HEADERS_OVERFLOW: "header_too_large",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "body_too_large",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "truncated",
  UND_ERR_DESTROYED: "client_closed",
  UND_ERR_CLOSED: "client_closed",
  EPROTO: "tls_failed",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate_refused",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate_refused",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate_refused",
  HOSTNAME_MISMATCH: "certificate_refused",
};

const BY_CODE_PATTERN: readonly (readonly [RegExp, string])[] = [
  [/^(?:UNABLE_TO_|CERT_|CRL_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/, "certificate_refused"],
  [/^ERR_(?:SSL|TLS)_/, "tls_failed"],
  [/^(?:HPE_|HTTPParserError$)/, "unparsable_http"],
];

/**
 * Names what went wrong on the network by one short constant, for a metric label and a record: an
 * error's message may hold an address, a header or a part of the answer. Says nothing about whether
 * the request was sent: that is the send mark's business alone.
 */
export function failureDetail(error: unknown): string {
  const code = codeOf(error);
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code] ?? "connection_failed";
  return BY_CODE_PATTERN.find(([pattern]) => pattern.test(code))?.[1] ?? "connection_failed";
}

/** The error's code; undici leaves that of its parser errors out, so their name serves. */
function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "";
}
