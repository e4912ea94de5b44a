import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * Whether only this machine reaches a server that listens on `host`. Of names only `localhost`
 * counts: what another name resolves to may change after the check.
 */
export function isLoopbackHost(host: string): boolean {
  const kind = isIP(host);
  if (kind === 0) return host.toLowerCase() === "localhost";
  return LOOPBACK.check(host, kind === 4 ? "ipv4" : "ipv6");
}
