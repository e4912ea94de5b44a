/**
 * How far a model may be used. `paused` refuses new requests for now; `retired` for good, with a
 * successor where there is one.
 */
export type ModelStatus = "active" | "paused" | "retired";

/** What a generation starts from. */
export type Mode = (typeof MODES)[number];

/**
 * Every mode, in the order in which they are shown: words alone, first and last frames, pictures (and
 * with some models videos and sounds) to resemble, one picture to set in motion, a video to change.
 */
export const MODES = ["text", "frame", "reference", "image", "video-edit"] as const;

/** What one mode of a model takes. */
export interface ModeRule {
  /** How many images, both ends included; text takes none, and some references are no images. */
  readonly images: { readonly min: number; readonly max: number };
}

/**
 * Credits per finished video, whatever its length, looked up by one field of the input.
 */
export interface PricePerJob {
  readonly per: "job";
  /** The input field that selects the price. */
  readonly by: "resolution";
  /** The value that the upstream takes when the field is absent [doc]. */
  readonly default: string;
  /** Credits by the field's value. */
  readonly credits: Readonly<Record<string, number>>;
}

/** Credits per second of video, looked up by one field of the input. */
export interface PricePerSecond {
  readonly per: "second";
  /** The input field that selects the price. */
  readonly by: "resolution";
  /** The value that counts when the field is absent, or `any` where the model has no such field. */
  readonly default: string;
  /** The first whose `with` the input has counts; the last has none, and counts for all others. */
  readonly rates: readonly SecondRate[];
  /** The length that counts when the input names none, seconds; null where it has to. */
  readonly defaultSeconds: number | null;
}

/** Credits per second for requests of one kind. */
export interface SecondRate {
  /** The input field whose presence makes this rate count. */
  readonly with?: string;
  /** Credits per second by the value of the field that selects the price. */
  readonly credits: Readonly<Record<string, number>>;
  /** The length that is billed at most, where it follows from the source and not from the request. */
  readonly billedSeconds?: number;
}

/** How a price is computed, as data; discriminated on `per`. */
export type PriceRule = PricePerJob | PricePerSecond;

/** One model of the upstream: what it takes and what it costs. */
export interface CatalogEntry {
  /** The upstream's model id. */
  readonly id: string;
  /** Models of one family share a payload and a file here. */
  readonly family: string;
  /** Name for people. */
  readonly title: string;
  /** Who makes the model. */
  readonly provider: string;
  readonly status: ModelStatus;
  /** The model id to use instead; only for `paused` and `retired`. */
  readonly successor?: string;
  /** One clause for people on why it is paused or retired. */
  readonly reason?: string;
  /** The modes that the model has; an absent one is refused. */
  readonly modes: Readonly<Partial<Record<Mode, ModeRule>>>;
  /** Lengths of video on offer, seconds. */
  readonly durationsSeconds: readonly number[];
  readonly aspectRatios: readonly string[];
  /** Empty for a model that has no such field. */
  readonly resolutions: readonly string[];
  readonly price: PriceRule;
  /** The day on which `price` was read, `YYYY-MM-DD`; shown beside every estimate. */
  readonly priceSnapshotDate: string;
}
