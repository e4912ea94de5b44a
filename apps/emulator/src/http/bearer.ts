/** @returns the token of an `Authorization: Bearer …` header, undefined when it holds none. */
export function readBearer(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)\s*$/i.exec(header ?? "")?.[1];
}
