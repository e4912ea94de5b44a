import { createHash } from "node:crypto";

/** A change of balance: an absolute value (`null` is unlimited) or an addition, for one key or for all. */
export type CreditChange =
  | { readonly key?: string | undefined; readonly credits: number | null }
  | { readonly key?: string | undefined; readonly add: number };

/** One key's money. */
export interface AccountView {
  /** Fingerprint of the key. */
  readonly key: string;
  /** Credits before reservations, `null` when unlimited. */
  readonly balance: number | null;
  /** Credits of accepted tasks that have not ended. */
  readonly reserved: number;
}

interface Account {
  balance: number;
  reserved: number;
}

/** The first 8 hex digits of a key's SHA-256: names a key without giving it away. */
export function fingerprintKey(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

/** Which keys are let in, and what each can still spend. */
export class Accounts {
  readonly #keys: ReadonlySet<string>;
  readonly #byKey = new Map<string, Account>();
  #startBalance: number;

  /**
   * @param keys the keys that are let in; empty lets in any.
   * @param credits what each key starts with; undefined is unlimited.
   */
  constructor(keys: readonly string[], credits: number | undefined) {
    this.#keys = new Set(keys);
    this.#startBalance = credits ?? Infinity;
  }

  /** @returns whether a bearer token is let in. */
  isLetIn(token: string | undefined): token is string {
    return token !== undefined && (this.#keys.size === 0 || this.#keys.has(token));
  }

  /** Sets `credits` aside. @returns false, with nothing changed, when the balance cannot cover them. */
  reserve(key: string, credits: number): boolean {
    const account = this.#account(key);
    if (account.balance - account.reserved < credits) return false;
    account.reserved += credits;
    return true;
  }

  /** Takes reserved credits for good. */
  charge(key: string, credits: number): void {
    const account = this.#account(key);
    account.reserved -= credits;
    account.balance -= credits;
  }

  /** Gives reserved credits back. */
  release(key: string, credits: number): void {
    this.#account(key).reserved -= credits;
  }

  /**
   * Sets or adds credits. Without a key it means every key, those not seen yet included.
   * The key may be given as it is or as its fingerprint. Adding to an unlimited balance changes nothing.
   */
  change(change: CreditChange): void {
    const apply = (balance: number): number =>
      "add" in change ? balance + change.add : (change.credits ?? Infinity);
    if (change.key !== undefined) {
      const isKnown = this.#byKey.has(change.key);
      const account = this.#account(isKnown ? change.key : fingerprintKey(change.key));
      account.balance = apply(account.balance);
      return;
    }
    this.#startBalance = apply(this.#startBalance);
    for (const account of this.#byKey.values()) account.balance = apply(account.balance);
  }

  /** @returns every key seen so far. */
  view(): readonly AccountView[] {
    return [...this.#byKey].map(([key, { balance, reserved }]) => ({
      key,
      balance: Number.isFinite(balance) ? balance : null,
      reserved,
    }));
  }

  #account(key: string): Account {
    let account = this.#byKey.get(key);
    if (account === undefined) {
      account = { balance: this.#startBalance, reserved: 0 };
      this.#byKey.set(key, account);
    }
    return account;
  }
}
