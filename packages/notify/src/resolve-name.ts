import { type LookupAddress, promises as dns } from "node:dns";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { callbackify } from "node:util";

import type { Resolve } from "./address-guard.ts";

/** How names are resolved. */
export interface NameResolverOptions {
  /** One question to one name server, milliseconds; asked again once. @defaultValue 2,000 */
  readonly timeoutMs?: number;
  /** Name servers as `address` or `address:port`. @defaultValue those of the system */
  readonly servers?: readonly string[];
  /** @defaultValue /etc/hosts */
  readonly hostsFile?: string;
}

/**
 * Resolves names without `getaddrinfo`: that one blocks one of four threads which the whole process
 * shares, so a few names whose servers hang would hold up all other deliveries. Names stand as they are,
 * without the search domains of the system; the hosts file comes first, as everywhere.
 */
export function nameResolver({
  timeoutMs = 2_000,
  servers,
  hostsFile = "/etc/hosts",
}: NameResolverOptions = {}): Resolve {
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);

  const addressesOf = async (name: string): Promise<LookupAddress[]> => {
    const local = hostsEntries(hostsFile, name);
    if (local.length > 0) return local;
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const found = [
      ...addressesIn(v4).map((address) => ({ address, family: 4 })),
      ...addressesIn(v6).map((address) => ({ address, family: 6 })),
    ];
    // What one of them failed with says why there is none.
    if (found.length === 0 && v4.status === "rejected") throw v4.reason;
    return found;
  };
  const resolve = callbackify(addressesOf);
  return (hostname, _options, callback) => resolve(hostname, callback);
}

function addressesIn(answer: PromiseSettledResult<string[]>): readonly string[] {
  return answer.status === "fulfilled" ? answer.value : [];
}

/** Read anew each time: an orchestrator may change it under a process that runs. */
function hostsEntries(file: string, hostname: string): LookupAddress[] {
  const name = hostname.replace(/\.$/, "").toLowerCase();
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = (line.split("#", 1)[0] ?? "").trim().split(/\s+/);
    const family = isIP(address);
    const isIt = family !== 0 && names.some((one) => one.toLowerCase() === name);
    return isIt ? [{ address, family }] : [];
  });
}
