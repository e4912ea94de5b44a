/** What a server says about itself, as far as the boot checks ask. */
export interface ServerInfo {
  readonly flavour: "redis" | "valkey";
  /** Its own version, as it writes it. */
  readonly version: string;
  /** The Redis version that it is compatible with, `[major, minor]`. */
  readonly compatibleWith: readonly [number, number];
  /** `maxmemory-policy`; null when it does not say. */
  readonly evictionPolicy: string | null;
  /** Whether the append-only file is on; null when it does not say. */
  readonly isAppendOnly: boolean | null;
}

/** Reads the text of `INFO`. */
export function readServerInfo(info: string): ServerInfo {
  const fields = new Map<string, string>();
  for (const line of info.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const redisVersion = fields.get("redis_version") ?? "";
  const valkeyVersion = fields.get("valkey_version");
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)/.exec(redisVersion) ?? [];
  const appendOnly = fields.get("aof_enabled");
  return {
    flavour: valkeyVersion === undefined ? "redis" : "valkey",
    version: (valkeyVersion ?? redisVersion) || "unknown",
    compatibleWith: [Number(major), Number(minor)],
    evictionPolicy: fields.get("maxmemory_policy") ?? null,
    isAppendOnly: appendOnly === undefined ? null : appendOnly === "1",
  };
}
