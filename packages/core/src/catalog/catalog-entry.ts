/**
 * How far a model may be used. `paused` refuses new requests for now; `retired` for good, with a
 * successor where there is one.
 */
export type ModelStatus = "active" | "paused" | "retired";

/** What a generation starts from: words alone, first and last frames, or pictures to resemble. */
export type Mode = "text" | "frame" | "reference";

/** Every mode, in the order in which they are shown. */
export const MODES = ["text", "frame", "reference"] as const satisfies readonly Mode[];

/** What one mode of a model takes. */
export interface ModeRule {
  /** How many images, both ends included; text takes none. */
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

/**
 * How a price is computed, as data; discriminated on `per`. A rule per second joins as another arm,
 * and the compiler then points at every place that has to know it.
 */
export type PriceRule = PricePerJob;

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
  readonly resolutions: readonly string[];
  readonly price: PriceRule;
  /** The day on which `price` was read, `YYYY-MM-DD`; shown beside every estimate. */
  readonly priceSnapshotDate: string;
}
