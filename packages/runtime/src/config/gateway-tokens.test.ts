import { createHash } from "node:crypto";

import { describe, expect, test } from "vitest";

import { gatewayTokens } from "./gateway-tokens.ts";

const digest = (token: string): Buffer => createHash("sha256").update(token).digest();

describe("the tokens of a gateway", () => {
  test.each([
    ["shop:t1", { tenant: "shop", digest: digest("t1"), scopes: ["submit", "read"], lanes: null }],
    ["shop:t1:read", { tenant: "shop", digest: digest("t1"), scopes: ["read"], lanes: null }],
    ["a.b_c-1:t1::fast", { tenant: "a.b_c-1", scopes: ["submit", "read"], lanes: ["fast"] }],
    ["ops:t1:admin+read:", { tenant: "ops", scopes: ["read", "admin"], lanes: null }],
    ["shop:t=/+1:submit:default+fast", { scopes: ["submit"], lanes: ["default", "fast"] }],
  ])("%j is read, and the token is not kept", (text, token) => {
    const parsed = gatewayTokens(text);
    expect(parsed).toMatchObject({ ok: true, value: [token] });
    expect(Object.keys(parsed.ok ? (parsed.value[0] ?? {}) : {})).toEqual([
      "tenant",
      "digest",
      "scopes",
      "lanes",
    ]);
  });

  test("a tenant may have several", () => {
    const parsed = gatewayTokens("shop:new-one, shop:old-one");
    const tokens = parsed.ok ? parsed.value : [];
    expect(tokens.map(({ tenant }) => tenant)).toEqual(["shop", "shop"]);
  });

  test.each([
    ["sesame", "entry 1 must be name:token[:scope+scope[:lane+lane]]"],
    ["shop:", "entry 1 must be name:token[:scope+scope[:lane+lane]]"],
    ["shop:sesame,", "entry 2 must be name:token[:scope+scope[:lane+lane]]"],
    ["shop:sesame:read:default:more", "entry 1 must be name:token[:scope+scope[:lane+lane]]"],
    [":sesame", "entry 1 must have a name of 1 to 48 letters, digits, dots, - or _"],
    ["my shop:sesame", "entry 1 must have a name of 1 to 48 letters, digits, dots, - or _"],
    [`${"n".repeat(49)}:sesame`, "entry 1 must have a name of 1 to 48"],
    ["shop:sesame open", "entry 1 must have a token of 1 to 512 visible ASCII characters"],
    ["shop:sésame", "entry 1 must have a token of 1 to 512 visible ASCII characters"],
    ["shop:sesame:write", "entry 1 must have scopes among submit, read, admin"],
    ["shop:sesame:read+", "entry 1 must have scopes among submit, read, admin"],
    ["shop:sesame:read:NO", "entry 1 must have lanes of 1 to 24"],
    ["a:sesame,b:sesame", "entry 2 has the token of an earlier one"],
  ])("%j is refused, and the problem repeats no token", (text, problem) => {
    const parsed = gatewayTokens(text);
    expect(parsed).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem) as string,
    });
    expect(JSON.stringify(parsed)).not.toMatch(/s[eé]same/);
  });
});
