import { isIP, isIPv6 } from "node:net";

import { isHostName } from "@apidot-queue/redis";
import type { Parsed, Parser } from "./variable.ts";

function valid<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

function invalid(problem: string): Parsed<never> {
  return { ok: false, problem };
}

/** A whole number in decimal digits, both ends included. */
export function wholeNumber(min: number, max: number): Parser<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return valid(value);
    return invalid(`must be a whole number from ${min} to ${max}`);
  };
}

/** A duration in whole milliseconds of which 0 stands for null: never. */
export function durationOrNever(minMs: number, maxMs: number): Parser<number | null> {
  const read = wholeNumber(minMs, maxMs);
  return (text) => {
    if (text === "0") return valid(null);
    const parsed = read(text);
    return parsed.ok ? parsed : invalid(`${parsed.problem}, or 0 for never`);
  };
}

/** A number with or without decimals, no exponent, both ends included. */
export function decimal(min: number, max: number): Parser<number> {
  return (text) => {
    const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return valid(value);
    return invalid(`must be a number from ${min} to ${max}`);
  };
}

/** One of a few words, as they are written. */
export function oneOf<const T extends string>(...words: readonly T[]): Parser<T> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    return word === undefined ? invalid(`must be one of ${words.join(", ")}`) : valid(word);
  };
}

/** `on` or `off`. */
export const onOff: Parser<boolean> = (text) => {
  if (text === "on" || text === "off") return valid(text === "on");
  return invalid("must be on or off");
};

/** An address or name to listen on, without a port; an IPv6 address with or without brackets. */
export const listenHost: Parser<string> = (text) => {
  const [, bracketed] = /^\[(.*)\]$/.exec(text) ?? [];
  const host = bracketed ?? text;
  const isAddress = bracketed === undefined ? isIP(host) !== 0 : isIPv6(host);
  // Digits and dots that are no address would be looked up as a name.
  const isName = bracketed === undefined && isHostName(host) && !/^[\d.]+$/.test(host);
  if (isAddress || isName) return valid(host);
  return invalid("must be an address or a host name, without a port");
};

/** The root of an HTTP API: no query, no credentials. Comes back without a slash at its end. */
export const httpBaseUrl: Parser<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    return invalid("must be a URL that starts with http:// or https://");
  }
  if (url.username !== "" || url.password !== "") return invalid("must not hold credentials");
  if (/[?#]/.test(text)) return invalid("must not have a query or a fragment");
  return valid(`${url.origin}${url.pathname}`.replace(/\/+$/, ""));
};

/** A key as it goes behind `Bearer` in a header: visible ASCII, no spaces. */
export const apiKey: Parser<string> = (text) => {
  if (/^[\x21-\x7e]{1,1024}$/.test(text)) return valid(text);
  return invalid("must be the bare key: visible ASCII characters without spaces");
};
