import { BlockList, isIP } from "node:net";

import type { Parser } from "./variable.ts";

const SECRET = /^[\x21-\x2b\x2d-\x7e]{16,256}$/;

/** `secret[,older]`: the first one is new, both sign. */
export const notifySecrets: Parser<readonly string[]> = (text) => {
  const secrets = text.split(",").map((part) => part.trim());
  if (secrets.length <= 2 && secrets.every((secret) => SECRET.test(secret))) {
    return { ok: true, value: secrets };
  }
  const problem =
    "must be secret or secret,older, each of 16 to 256 visible ASCII characters without commas";
  return { ok: false, problem };
};

/** Comma-separated CIDRs, such as `10.0.0.0/8,fd00::/8`. */
export const networks: Parser<readonly string[]> = (text) => {
  const cidrs = text.split(",").map((part) => part.trim());
  if (cidrs.every(isCidr)) return { ok: true, value: cidrs };
  return {
    ok: false,
    problem: "must be CIDRs with commas between them, such as 10.0.0.0/8,fd00::/8",
  };
};

function isCidr(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  const kind = isIP(address);
  if (kind === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  try {
    new BlockList().addSubnet(address, Number(bits), kind === 4 ? "ipv4" : "ipv6");
    return true;
  } catch {
    return false;
  }
}
