/** A body that must be refused, and everything that is wrong with it: `pointer code`, sorted. */
export type BadRequest = readonly [title: string, body: unknown, wrong: readonly string[]];

const LITE = { model: "veo3.1-lite", input: { prompt: "x" } };
const IMAGE = "https://images.example/1.png";

const lite = (input: object): unknown => ({ model: "veo3.1-lite", input });
const fast = (input: object): unknown => ({ model: "veo3.1-fast", input });
const quality = (input: object): unknown => ({ model: "veo3.1-quality", input });
const images = (count: number): string[] => Array.from({ length: count }, () => IMAGE);

/** One option of a body that is right otherwise. */
function option(field: string, values: readonly (readonly [unknown, string])[]): BadRequest[] {
  return values.map(([value, code]) => [
    `${field} is ${JSON.stringify(value).slice(0, 40)}`,
    { ...LITE, [field]: value },
    [`/${field} ${code}`],
  ]);
}

/** One field of the input, on all three models. */
function inputField(name: string, values: readonly (readonly [unknown, string])[]): BadRequest[] {
  return values.flatMap(([value, code]) =>
    [lite, fast, quality].map((model): BadRequest => {
      const body = model({ prompt: "x", [name]: value });
      const { model: id } = body as { model: string };
      return [`${id}: ${name} is ${JSON.stringify(value)}`, body, [`/input/${name} ${code}`]];
    }),
  );
}

/** @see BadRequest */
export const BAD_REQUESTS: readonly BadRequest[] = [
  ["null", null, [" invalid_type"]],
  ["a list", [], [" invalid_type"]],
  ["a text", "generate", [" invalid_type"]],
  ["a number", 7, [" invalid_type"]],
  ["true", true, [" invalid_type"]],
  ["a list that nests 1,000 deep", nested(1_000), [" invalid_type"]],
  ["false", false, [" invalid_type"]],
  [
    "a prompt that nests 1,000 deep",
    lite({ prompt: nested(1_000) }),
    ["/input/prompt invalid_type"],
  ],
  ["nothing in it", {}, ["/input required", "/model required"]],
  ["no input", { model: "veo3.1-lite" }, ["/input required"]],
  ["no model", { input: { prompt: "x" } }, ["/model required"]],
  ["model is null", { ...LITE, model: null }, ["/model invalid_type"]],
  ["model is a number", { ...LITE, model: 3.1 }, ["/model invalid_type"]],
  ["model is empty", { ...LITE, model: "" }, ["/model unknown_model"]],
  ["model in capitals", { ...LITE, model: "VEO3.1-LITE" }, ["/model unknown_model"]],
  ["model is a prototype's name", { ...LITE, model: "constructor" }, ["/model unknown_model"]],
  ["input is null", { ...LITE, input: null }, ["/input invalid_type"]],
  ["input is a list", { ...LITE, input: [] }, ["/input invalid_type"]],
  ["input is a text", { ...LITE, input: "x" }, ["/input invalid_type"]],
  ["lite without a prompt", lite({}), ["/input/prompt required"]],
  ["fast without a prompt", fast({}), ["/input/prompt required"]],
  ["quality without a prompt", quality({}), ["/input/prompt required"]],
  ["prompt is null", lite({ prompt: null }), ["/input/prompt invalid_type"]],
  ["prompt is a list", lite({ prompt: ["x"] }), ["/input/prompt invalid_type"]],
  ["prompt is a number", lite({ prompt: 7 }), ["/input/prompt invalid_type"]],
  ...inputField("duration", [
    [7, "invalid_value"],
    ["8", "invalid_type"],
    [null, "invalid_type"],
  ]),
  ...inputField("aspect_ratio", [
    ["1:1", "invalid_value"],
    [1.77, "invalid_type"],
  ]),
  ...inputField("resolution", [
    ["8k", "invalid_value"],
    [1080, "invalid_type"],
  ]),
  ...inputField("seed", [[1, "unknown_field"]]),
  ...inputField("callback_url", [[IMAGE, "unknown_field"]]),
  [
    "lite with a mode",
    lite({ prompt: "x", generate_type: "frame" }),
    ["/input/generate_type not_supported"],
  ],
  [
    "lite with images",
    lite({ prompt: "x", image_urls: images(1) }),
    ["/input/image_urls not_supported"],
  ],
  [
    "lite with both",
    lite({ prompt: "x", generate_type: "frame", image_urls: images(1) }),
    ["/input/generate_type not_supported", "/input/image_urls not_supported"],
  ],
  [
    "frame without images",
    fast({ prompt: "x", generate_type: "frame" }),
    ["/input/image_urls required"],
  ],
  [
    "reference without images",
    fast({ prompt: "x", generate_type: "reference" }),
    ["/input/image_urls required"],
  ],
  [
    "images without a mode",
    fast({ prompt: "x", image_urls: images(1) }),
    ["/input/image_urls not_supported"],
  ],
  [
    "frame with no image",
    fast({ prompt: "x", generate_type: "frame", image_urls: [] }),
    ["/input/image_urls too_few"],
  ],
  [
    "frame with three",
    fast({ prompt: "x", generate_type: "frame", image_urls: images(3) }),
    ["/input/image_urls too_many"],
  ],
  [
    "reference with four",
    fast({ prompt: "x", generate_type: "reference", image_urls: images(4) }),
    ["/input/image_urls too_many"],
  ],
  [
    "quality with reference",
    quality({ prompt: "x", generate_type: "reference", image_urls: images(1) }),
    ["/input/generate_type not_supported"],
  ],
  [
    "quality frame with three",
    quality({ prompt: "x", generate_type: "frame", image_urls: images(3) }),
    ["/input/image_urls too_many"],
  ],
  [
    "an unknown mode",
    fast({ prompt: "x", generate_type: "video", image_urls: images(1) }),
    ["/input/generate_type invalid_value"],
  ],
  [
    "images as one text",
    fast({ prompt: "x", generate_type: "frame", image_urls: IMAGE }),
    ["/input/image_urls invalid_type"],
  ],
  [
    "the second image no URL",
    fast({ prompt: "x", generate_type: "frame", image_urls: [IMAGE, "b.png"] }),
    ["/input/image_urls/1 invalid_url"],
  ],
  [
    "an image by ftp",
    fast({ prompt: "x", generate_type: "frame", image_urls: ["ftp://a.example/1"] }),
    ["/input/image_urls/0 invalid_url"],
  ],
  [
    "an image that is a number",
    fast({ prompt: "x", generate_type: "frame", image_urls: [7] }),
    ["/input/image_urls/0 invalid_type"],
  ],
  ...option("user_id", [
    ["", "invalid_value"],
    ["u".repeat(129), "too_long"],
    [7, "invalid_type"],
    [null, "invalid_type"],
  ]),
  ...option("metadata", [
    [[], "invalid_type"],
    ["order", "invalid_type"],
    [null, "invalid_type"],
    [{ a: "b".repeat(4_096) }, "too_large"],
    [nestedObject(9), "too_deep"],
    [Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, n])), "too_many"],
  ]),
  ...option("notify_url", [
    ["hooks.example", "invalid_url"],
    ["ftp://hooks.example", "invalid_url"],
    ["javascript:alert(1)", "invalid_url"],
    [`https://hooks.example/${"a".repeat(2_048)}`, "too_long"],
    [7, "invalid_type"],
  ]),
  ...option("priority", [
    ["urgent", "invalid_value"],
    ["HIGH", "invalid_value"],
    [1, "invalid_type"],
  ]),
  ...option("lane", [
    ["NO SUCH", "invalid_value"],
    ["", "invalid_value"],
    ["nobody-works-it", "invalid_value"],
    [7, "invalid_type"],
  ]),
  ...option("deadline_ms", [
    [999, "out_of_range"],
    [604_800_001, "out_of_range"],
    [-1, "out_of_range"],
    [1_500.5, "invalid_type"],
    ["60000", "invalid_type"],
  ]),
  ...option("webhook", [[IMAGE, "unknown_field"]]),
  ...option("userId", [["u1", "unknown_field"]]),
  ...option("idempotency_key", [["k", "unknown_field"]]),
  ["a tilde and a slash in a name", { ...LITE, "a/b~c": 1 }, ["/a~1b~0c unknown_field"]],
  [
    "everything at once",
    {
      model: "veo9",
      input: { duration: 99, resolution: "8k", colour: "red" },
      user_id: "",
      metadata: [],
      notify_url: "x",
      priority: 1,
      lane: "NO",
      deadline_ms: 0,
      more: true,
    },
    [
      "/deadline_ms out_of_range",
      "/input/colour unknown_field",
      "/input/duration invalid_value",
      "/input/prompt required",
      "/input/resolution invalid_value",
      "/lane invalid_value",
      "/metadata invalid_type",
      "/model unknown_model",
      "/more unknown_field",
      "/notify_url invalid_url",
      "/priority invalid_type",
      "/user_id invalid_value",
    ],
  ],
  [
    "two modes of mistakes on lite",
    {
      model: "veo3.1-lite",
      input: { generate_type: "reference", image_urls: [], duration: 5 },
      lane: "nobody",
    },
    [
      "/input/duration invalid_value",
      "/input/generate_type not_supported",
      "/input/image_urls not_supported",
      "/input/prompt required",
      "/lane invalid_value",
    ],
  ],
];

function nested(depth: number): unknown {
  return JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown;
}

function nestedObject(depth: number): object {
  return depth === 1 ? {} : { a: nestedObject(depth - 1) };
}
