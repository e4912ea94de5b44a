import { expect, test } from "vitest";

import { DEFAULT_TENANT, isTenantName } from "./tenant.ts";

test.each([DEFAULT_TENANT, "a", "Shop_1.eu-west", "n".repeat(48)])("%j names a tenant", (name) =>
  expect(isTenantName(name)).toBe(true),
);

test.each(["", "n".repeat(49), "my shop", "a/b", "a:b", "a,b", "é", "a\n"])(
  "%j names none",
  (name) => expect(isTenantName(name)).toBe(false),
);
