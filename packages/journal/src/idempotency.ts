import { idempotencyKey, MIN_KEY_LIFE_MS } from "./keys.ts";
import { scriptsOfServerClock } from "./journal.ts";
import { withJournalErrors } from "./journal-error.ts";
import { textAt } from "./lane-access.ts";
import { createScriptRunner, type JournalConnection } from "./run-script.ts";

/** What is reserved: a tenant's key, for one body, under one id. */
export interface KeyReservation {
  readonly tenant: string;
  /** The caller's idempotency key; only its digest is stored. */
  readonly key: string;
  /** Digest of the canonical JSON of model and input. */
  readonly digest: string;
  readonly id: string;
}

/** What became of a reservation; `id` is the one that holds the key now. */
export interface Reservation {
  /** `same`: reserved before for this body. `conflict`: reserved for another body. */
  readonly kind: "reserved" | "same" | "conflict";
  readonly id: string;
  /** How long ago it was reserved, while its record is not known to be stored; else null. */
  readonly ageMs: number | null;
}

/** Idempotency keys: in one slot of their own, whatever lane a generation is in. */
export interface IdempotencyKeys {
  /**
   * Reserves a key before the record is stored, so that a retry finds the id and finishes the
   * enqueue. @throws {JournalError}
   */
  reserve(reservation: KeyReservation): Promise<Reservation>;
  /** @returns what a key is held for, or null. @throws {JournalError} */
  find(key: HeldKey): Promise<Pick<KeyReservation, "digest" | "id"> | null>;
  /** Their records are stored: from now on they end with them. @throws {JournalError} */
  keep(keys: readonly HeldKey[]): Promise<void>;
}

/** A key of a tenant. */
export type HeldKey = Pick<KeyReservation, "tenant" | "key">;

/** Opens the idempotency keys over a connection that stays the caller's. */
export function openIdempotencyKeys(redis: JournalConnection): IdempotencyKeys {
  const runner = createScriptRunner(redis, scriptsOfServerClock());
  return {
    reserve: async ({ tenant, key, digest, id }) => {
      const reply = await runner.run("reserve-key", idempotencyKey(tenant, key), [
        digest,
        id,
        MIN_KEY_LIFE_MS,
      ]);
      const [kind, holder, age] = [0, 1, 2].map((at) => textAt(reply, at));
      return {
        kind: kind as Reservation["kind"],
        id: holder ?? "",
        ageMs: age === "" ? null : Number(age),
      };
    },
    find: ({ tenant, key }) =>
      withJournalErrors(async () => {
        const [digest, id] = await redis.hmget(idempotencyKey(tenant, key), "d", "id");
        return typeof digest === "string" && typeof id === "string" ? { digest, id } : null;
      }),
    keep: (keys) =>
      withJournalErrors(async () => {
        if (keys.length === 0) return;
        const pipeline = redis.pipeline();
        for (const { tenant, key } of keys) pipeline.persist(idempotencyKey(tenant, key));
        await pipeline.exec();
      }),
  };
}
