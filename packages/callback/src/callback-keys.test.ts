import { expect, it } from "vitest";

import { KEPT_SECRET_KEY, loadCallbackKeys, type SecretStore } from "./callback-keys.ts";

const OWN = { kid: "2026", secret: "a secret of some length" };

function storeWith(entries: Record<string, string> = {}) {
  const kept = new Map(Object.entries(entries));
  const store: SecretStore = {
    setnx: (key, value) => {
      if (kept.has(key)) return Promise.resolve(0);
      kept.set(key, value);
      return Promise.resolve(1);
    },
    get: (key) => Promise.resolve(kept.get(key) ?? null),
  };
  return { kept, store };
}

it("a secret is made where none is configured, and all who come later have the same", async () => {
  const { store } = storeWith();
  const [first, ...others] = await Promise.all(
    Array.from({ length: 5 }, () => loadCallbackKeys(store, null)),
  );
  expect(first?.[0].secret).toMatch(/^[\w-]{43}$/);
  for (const keys of others) expect(keys).toEqual(first);
});

it("configured ones sign, and nothing is made", async () => {
  const { kept, store } = storeWith();
  expect(await loadCallbackKeys(store, [OWN])).toEqual([OWN]);
  expect(kept.size).toBe(0);
});

it("one that was kept goes on checking behind configured ones", async () => {
  const { store } = storeWith({ [KEPT_SECRET_KEY]: "kept before" });
  expect(await loadCallbackKeys(store, [OWN])).toEqual([
    OWN,
    { kid: "kept", secret: "kept before" },
  ]);
});

it("a store that keeps nothing is an error, not an empty list of keys", async () => {
  const store = { setnx: () => Promise.resolve(1), get: () => Promise.resolve(null) };
  await expect(loadCallbackKeys(store, null)).rejects.toThrow("removed while it was made");
});
