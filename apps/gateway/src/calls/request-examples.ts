import type { Examples } from "./call.ts";

/** One body for each mode, with the options that callers use most. */
export const ENQUEUE_EXAMPLES = {
  text: {
    model: "veo3.1-fast",
    input: { prompt: "A kayak on a glacier lake", resolution: "1080p" },
    user_id: "user-7",
    metadata: { order: 1042 },
  },
  frame: {
    model: "veo3.1-quality",
    input: {
      prompt: "The paper boat drifts off",
      generate_type: "frame",
      image_urls: ["https://images.example/first.png", "https://images.example/last.png"],
    },
    priority: "high",
  },
  reference: {
    model: "veo3.1-fast",
    input: {
      prompt: "The same fox in the snow",
      aspect_ratio: "9:16",
      generate_type: "reference",
      image_urls: ["https://images.example/fox.png"],
    },
    deadline_ms: 1_800_000,
  },
} as const satisfies Examples;
