import type { ProblemCode } from "../problem.ts";
import type { Caller } from "./caller.ts";

/**
 * What a call asks of its caller, where the gateway has tokens: nothing, any token, or a scope.
 * `metrics` is any token, or none on a gateway that only this machine reaches.
 */
export type Access = "open" | "any" | "submit" | "read" | "admin" | "metrics";

/** @returns whether this caller may make a call that asks for `access`. */
export function mayCall(access: Access, { scopes }: Caller): boolean {
  switch (access) {
    case "open":
    case "any":
    case "metrics":
      return true;
    case "submit":
    case "read":
    case "admin":
      return scopes.includes(access);
  }
}

/** @returns what a call may be answered for the sake of its access alone. */
export function accessProblems(access: Access): readonly ProblemCode[] {
  if (access === "open") return [];
  return access === "any" || access === "metrics"
    ? ["unauthorized"]
    : ["unauthorized", "forbidden_scope"];
}
