import type { GenerationRequest } from "@apidot-queue/core";

/** One generation of the demo. */
export interface DemoRequest {
  /** Names the file that the video is saved as. */
  readonly title: string;
  readonly request: GenerationRequest;
}

const image = (name: string): string => `https://images.example/${name}.webp`;

/** The six request shapes that the vendor documents for Veo 3.1 [doc]. */
export const DEMO_REQUESTS: readonly DemoRequest[] = [
  {
    title: "lite-text",
    request: {
      model: "veo3.1-lite",
      input: {
        prompt: "A harbour town wakes at sunrise, slow aerial glide, gulls and distant bells",
        duration: 8,
        aspect_ratio: "16:9",
        resolution: "720p",
      },
    },
  },
  {
    title: "fast-text",
    request: {
      model: "veo3.1-fast",
      input: {
        prompt: "A kayak cuts through a glacier lake, tracking shot at water level, paddle sounds",
        duration: 8,
        aspect_ratio: "16:9",
        resolution: "720p",
      },
    },
  },
  {
    title: "fast-frame",
    request: {
      model: "veo3.1-fast",
      input: {
        prompt: "The closed box opens and the watch rises until it fills the last frame",
        duration: 8,
        aspect_ratio: "16:9",
        resolution: "1080p",
        generate_type: "frame",
        image_urls: [image("box-closed"), image("watch-close-up")],
      },
    },
  },
  {
    title: "fast-reference",
    request: {
      model: "veo3.1-fast",
      input: {
        prompt: "The character from the references walks through a rainy night market, handheld",
        duration: 8,
        aspect_ratio: "9:16",
        resolution: "1080p",
        generate_type: "reference",
        image_urls: [image("character"), image("coat"), image("night-market")],
      },
    },
  },
  {
    title: "quality-text",
    request: {
      model: "veo3.1-quality",
      input: {
        prompt: "Clouds part over a mountain ridge, crane shot, wind and a far eagle, golden light",
        duration: 8,
        aspect_ratio: "16:9",
        resolution: "4k",
      },
    },
  },
  {
    title: "quality-frame",
    request: {
      model: "veo3.1-quality",
      input: {
        prompt: "The still life comes alive: steam rises, light wanders across the table",
        duration: 8,
        aspect_ratio: "16:9",
        resolution: "4k",
        generate_type: "frame",
        image_urls: [image("still-life")],
      },
    },
  },
];
