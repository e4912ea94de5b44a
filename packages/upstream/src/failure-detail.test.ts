import { errors } from "undici";
import { expect, it } from "vitest";
import { failureDetail } from "./failure-detail.ts";

it.each([
  [{ code: "ECONNREFUSED" }, "connect_refused"],
  [Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }), "connect_refused"],
  [{ code: "EAI_AGAIN" }, "dns_failed"],
  [{ code: "EHOSTUNREACH" }, "unreachable"],
  [{ code: "ETIMEDOUT" }, "connect_timeout"],
  [new errors.ConnectTimeoutError(), "connect_timeout"],
  [{ code: "ECONNRESET" }, "reset"],
  [{ code: "EPIPE" }, "reset"],
  [new errors.SocketError("other side closed"), "closed"],
  [new errors.HeadersTimeoutError(), "request_timeout"],
  [new errors.BodyTimeoutError(), "request_timeout"],
  [new errors.ResponseExceededMaxSizeError(), "body_too_large"],
  [Object.assign(new Error("no"), { name: "HTTPParserError" }), "unparsable_http"],
  [{ code: "HPE_INVALID_CONSTANT" }, "unparsable_http"],
  [{ code: "CERT_HAS_EXPIRED" }, "certificate_refused"],
  [{ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }, "certificate_refused"],
  [{ code: "ERR_TLS_CERT_ALTNAME_INVALID" }, "certificate_refused"],
  [{ code: "ERR_SSL_WRONG_VERSION_NUMBER" }, "tls_failed"],
  [{ code: "constructor" }, "connection_failed"],
  [{ code: 7 }, "connection_failed"],
  [new Error("secret"), "connection_failed"],
  [null, "connection_failed"],
  ["text", "connection_failed"],
])("%o is named by a constant", (error, detail) => {
  expect(failureDetail(error)).toBe(detail);
});
