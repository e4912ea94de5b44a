import { timingSafeEqual } from "node:crypto";

import { DEFAULT_TENANT } from "@apidot-queue/core";
import type { Producer } from "@apidot-queue/producer";
import { digestOf, type GatewayToken, type Scope, SCOPES } from "@apidot-queue/runtime";

/** Who makes a request, and what it may do. */
export interface Caller {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** The lanes of this gateway that it may use; what names no lane goes to the first. */
  readonly lanes: readonly string[];
  /** The lanes that it is held to, served or not; null for any. */
  readonly heldTo: readonly string[] | null;
  /** Enqueues for its tenant, and sees what it may see. */
  readonly producer: Producer;
}

/** What callers stand on. */
export interface CallerParts {
  readonly producer: Producer;
  /** Those that the gateway serves, its own first. */
  readonly lanes: readonly string[];
}

/** Whoever reaches a gateway without tokens: a program of the same machine. It may do everything. */
export function localCaller({ producer, lanes }: CallerParts): Caller {
  return { tenant: DEFAULT_TENANT, scopes: SCOPES, lanes, heldTo: null, producer };
}

/** Whoever calls what is open to all. */
export function anyCaller({ producer }: CallerParts): Caller {
  return { tenant: DEFAULT_TENANT, scopes: [], lanes: [], heldTo: [], producer };
}

/**
 * Finds callers by their tokens. Every token is compared, each in constant time: how long it takes
 * tells neither which is near nor how many there are before it.
 *
 * @returns what finds the caller of an `Authorization` header; null when nobody has that token
 */
export function openCallers(
  tokens: readonly GatewayToken[],
  parts: CallerParts,
): (authorization: string) => Caller | null {
  const callers = tokens.map((token) => ({ digest: token.digest, caller: callerOf(token, parts) }));
  return (authorization) => {
    const [, token = ""] = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization) ?? [];
    const given = digestOf(token);
    let found: Caller | null = null;
    for (const { digest, caller } of callers) {
      if (timingSafeEqual(digest, given)) found = caller;
    }
    return found;
  };
}

function callerOf({ tenant, scopes, lanes: named }: GatewayToken, parts: CallerParts): Caller {
  const isAdmin = scopes.includes("admin");
  const heldTo = named ?? (isAdmin ? null : parts.lanes.slice(0, 1));
  const lanes = parts.lanes.filter((lane) => heldTo?.includes(lane) !== false);
  const producer = parts.producer.forTenant(tenant, {
    sees: isAdmin ? "all" : "own",
    ...(heldTo === null ? {} : { lanes: heldTo }),
    ...(lanes[0] === undefined ? {} : { lane: lanes[0] }),
  });
  return { tenant, scopes: isAdmin ? SCOPES : scopes, lanes, heldTo, producer };
}
