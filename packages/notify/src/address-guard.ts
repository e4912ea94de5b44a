import type { LookupAddress, LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";

import ipaddr from "ipaddr.js";

/** Says where notifications may go: to global addresses, and to networks that somebody allowed. */
export interface AddressGuard {
  /** Whether a connection to this address, v4 or v6, is allowed. What is no address is not. */
  isAllowed(address: string): boolean;
}

/** A network: an address and how many bits of it count. */
export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** The only block from which global unicast addresses are given out. */
const GLOBAL_V6 = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];

/** Global by its block, and the platform behind every machine of one cloud. */
const PLATFORM = "168.63.129.16";

/** @returns the networks of a comma-separated list of CIDRs, or the first that is none. */
export function readNetworks(text: string): readonly Network[] | { readonly wrong: string } {
  const networks: Network[] = [];
  for (const cidr of text.split(",").map((part) => part.trim())) {
    if (!ipaddr.isValidCIDR(cidr)) return { wrong: cidr };
    networks.push(asConnected(ipaddr.parseCIDR(cidr)));
  }
  return networks;
}

/** Addresses are compared as the v4 that a connection would go to, and so are networks of them. */
function asConnected([address, bits]: Network): Network {
  const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress();
  return isMapped && bits >= 96 ? [address.toIPv4Address(), bits - 96] : [address, bits];
}

/**
 * What is no global unicast address may be a machine behind the firewall, or this one. Addresses that
 * stand for others (mapped, translated and tunnelled ones) are refused, but for a v4 in a v6, which is
 * the same address.
 */
export function addressGuard(allowed: readonly Network[] = []): AddressGuard {
  return {
    isAllowed: (text) => {
      if (!ipaddr.isValid(text)) return false;
      // `process` turns a v4 in a v6 into the v4 that a connection would go to.
      const address = ipaddr.process(text);
      if (allowed.some(([network, bits]) => isWithin(address, network, bits))) return true;
      if (address.range() !== "unicast" || address.toString() === PLATFORM) return false;
      return address.kind() === "ipv4" || address.match(GLOBAL_V6);
    },
  };
}

function isWithin(address: Network[0], network: Network[0], bits: number): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/** How names are resolved. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The code of the error of a name that leads somewhere forbidden. */
export const FORBIDDEN = "ERR_FORBIDDEN_ADDRESS";

/**
 * A lookup for `net.connect`: the socket connects to one of the addresses that were checked, and
 * nothing is resolved a second time, so a name cannot change in between. One forbidden address among
 * several forbids all.
 */
export function guardedLookup(guard: AddressGuard, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? notFound(hostname), "", 0);
      } else if (!addresses.every(({ address }) => guard.isAllowed(address))) {
        callback(forbidden(), "", 0);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function forbidden(): NodeJS.ErrnoException {
  return Object.assign(new Error("the name leads to an address that is not global"), {
    code: FORBIDDEN,
  });
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error("the name has no address"), { code: "ENOTFOUND", hostname });
}
