import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  type Answer,
  FAST,
  type GatewayUnderTest,
  LITE,
  mistakesOf,
  startGatewayUnderTest,
} from "../test/gateway-under-test.ts";

let under: GatewayUnderTest;
beforeEach(async () => (under = await startGatewayUnderTest()));
afterEach(() => under.stop());

async function add(body: object): Promise<string> {
  return (await under.post("/v1/generations", body)).json["id"] as string;
}

const list = (query: string): Promise<Answer> => under.call(`/v1/generations${query}`);
const idsOf = ({ json }: Answer): unknown[] =>
  (json["data"] as { id: unknown }[]).map(({ id }) => id);
const cursorOf = ({ json }: Answer): string => encodeURIComponent(json["next_cursor"] as string);

describe("GET /v1/generations", () => {
  it("gives whole records, newest first, and nothing at first", async () => {
    expect((await list("")).json).toEqual({ data: [], next_cursor: null });
    const ids = [await add(LITE), await add(FAST), await add(LITE)];
    const answer = await list("");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(idsOf(answer)).toEqual(ids.toReversed());
    const [newest] = answer.json["data"] as unknown[];
    expect(newest).toEqual((await under.call(`/v1/generations/${ids[2] ?? ""}`)).json);
  });

  it("goes on with the cursor, whatever is added, until there is none", async () => {
    const ids = [await add(LITE), await add(LITE), await add(LITE)];
    const first = await list("?limit=2");
    await add(LITE);
    const second = await list(`?limit=2&cursor=${cursorOf(first)}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.toReversed());
    expect(second.json["next_cursor"]).toBeNull();
  });

  it("is narrowed by every filter", async () => {
    const lite = await add({ ...LITE, user_id: "a/b c" });
    const fast = await add({ ...FAST, user_id: "a/b c" });
    const other = await add(LITE);
    await under.post(`/v1/generations/${other}/cancel`, "");
    const found = async (query: string) => idsOf(await list(query));
    expect(await found("?user_id=a%2Fb%20c")).toEqual([fast, lite]);
    expect(await found("?model=veo3.1-fast")).toEqual([fast]);
    expect(await found("?status=canceled")).toEqual([other]);
    expect(await found("?status=queued,canceled")).toEqual([other, fast, lite]);
    expect(await found("?status=queued&status=canceled")).toEqual([other, fast, lite]);
    expect(await found("?status=held")).toEqual([]);
    expect(await found(`?lane=${under.lane}&model=veo3.1-lite`)).toEqual([other, lite]);
    expect(await found("?model=nobody-knows-it")).toEqual([]);
  });

  it("takes a cursor with its own filters only", async () => {
    await add(FAST);
    await add(FAST);
    const cursor = cursorOf(await list("?model=veo3.1-fast&status=queued,held&limit=1"));
    const same = await list(`?status=held&status=queued&model=veo3.1-fast&cursor=${cursor}`);
    expect(idsOf(same)).toHaveLength(1);
    for (const query of ["?", "?model=veo3.1-fast&", "?model=veo3.1-lite&status=queued,held&"]) {
      const answer = await list(`${query}cursor=${cursor}`);
      expect([answer.status, answer.json["code"]]).toEqual([400, "invalid_request"]);
      expect(mistakesOf(answer)).toEqual(["query /cursor invalid_value"]);
    }
    // A wrong limit is named beside it: the filters can be told.
    expect(mistakesOf(await list(`?limit=0&cursor=${cursor}`))).toEqual([
      "query /cursor invalid_value",
      "query /limit out_of_range",
    ]);
  });

  it.each([
    ["?limit=0", ["query /limit out_of_range"]],
    ["?limit=101", ["query /limit out_of_range"]],
    ["?limit=-1", ["query /limit out_of_range"]],
    ["?limit=99999999999999999999", ["query /limit out_of_range"]],
    ["?limit=ten", ["query /limit invalid_type"]],
    ["?limit=1.5", ["query /limit invalid_type"]],
    ["?limit=", ["query /limit invalid_type"]],
    ["?limit=1&limit=2", ["query /limit invalid_value"]],
    ["?status=asleep", ["query /status invalid_value"]],
    ["?status=", ["query /status invalid_value"]],
    ["?status=queued,,x,QUEUED", ["query /status invalid_value"]],
    ["?user_id=", ["query /user_id invalid_value"]],
    [`?user_id=${"u".repeat(129)}`, ["query /user_id too_long"]],
    ["?user_id=a&user_id=b", ["query /user_id invalid_value"]],
    ["?model=", ["query /model invalid_value"]],
    [`?model=${"m".repeat(129)}`, ["query /model too_long"]],
    ["?lane=NO%20SUCH", ["query /lane invalid_value"]],
    ["?lane=nobody-works-it", ["query /lane invalid_value"]],
    ["?cursor=", ["query /cursor invalid_value"]],
    ["?cursor=MS4wLTA", ["query /cursor invalid_value"]],
    ["?order=asc", ["query /order unknown_field"]],
    [
      "?__proto__=1&constructor=2",
      ["query /__proto__ unknown_field", "query /constructor unknown_field"],
    ],
    ["?a%2Fb~c=1", ["query /a~1b~0c unknown_field"]],
    [
      "?status=x&user_id=&model=&lane=-A&limit=x&cursor=%00&user=1",
      [
        "query /cursor invalid_value",
        "query /lane invalid_value",
        "query /limit invalid_type",
        "query /model invalid_value",
        "query /status invalid_value",
        "query /user unknown_field",
        "query /user_id invalid_value",
      ],
    ],
  ])("names every wrong parameter of %s", async (query, wrong) => {
    const answer = await list(query);
    expect([answer.status, answer.json["code"]]).toEqual([400, "invalid_request"]);
    expect(mistakesOf(answer)).toEqual(wrong);
  });

  it("repeats nothing of a wrong value", async () => {
    const canary = "canary-9f2c";
    const query = ["status", "lane", "limit", "cursor"].map((name) => `${name}=${canary}`);
    const answer = await list(`?${query.join("&")}&user_id=${canary.repeat(20)}`);
    expect(mistakesOf(answer)).toHaveLength(5);
    expect(answer.text).not.toContain(canary);
    expect(under.logLines.join("")).not.toContain(canary);
  });
});
