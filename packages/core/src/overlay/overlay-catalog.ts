import { z } from "zod";

import { type Catalog, CATALOG, createCatalog } from "../catalog/index.ts";
import type { CatalogEntry, PriceRule } from "../catalog/index.ts";
import type { FieldError } from "../payload/field-error.ts";
import { checkAgainst } from "../payload/check-fields.ts";
import { jsonPointer } from "../payload/json-pointer.ts";
import { orList } from "../payload/wording.ts";

const credits = z.record(z.string(), z.number().min(0));

/** What an overlay may say of one model. */
const entrySchema = z.strictObject({
  status: z.enum(["active", "paused", "retired"]).optional(),
  reason: z.string().min(1).max(500).optional(),
  successor: z.string().min(1).max(128).optional(),
  price: z
    .union([
      z.strictObject({ credits }),
      z.strictObject({
        rates: z.array(z.strictObject({ with: z.string().optional(), credits })).min(1),
      }),
    ])
    .optional(),
  catalog_date: z.iso.date().optional(),
});

type Overlay = z.infer<typeof entrySchema>;
type OverlaidPrice = NonNullable<Overlay["price"]>;

/** A catalog with its overlay, or everything that is wrong with that. */
export type Overlaid =
  | { readonly ok: true; readonly catalog: Catalog }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Lays statuses and prices over a catalog, by model id. A model that it does not know cannot be added:
 * nobody would know what that one takes.
 *
 * @param value - anything, such as a parsed file
 * @param catalog - what lies below
 * @defaultValue catalog {@link CATALOG}
 */
export function overlayCatalog(value: unknown, catalog: Catalog = CATALOG): Overlaid {
  const whole = checkAgainst(z.record(z.string(), z.unknown()), value, []);
  if (whole.length > 0) return { ok: false, errors: whole };
  const overlays = Object.entries(value as Readonly<Record<string, unknown>>);
  const errors = overlays.flatMap(([id, overlay]) => wrongIn(id, overlay, catalog));
  if (errors.length > 0) return { ok: false, errors };
  const laid = new Map(overlays.map(([id, overlay]) => [id, overlay as Overlay]));
  return {
    ok: true,
    catalog: createCatalog([...catalog.values()].map((entry) => under(entry, laid.get(entry.id)))),
  };
}

function wrongIn(id: string, overlay: unknown, catalog: Catalog): readonly FieldError[] {
  const entry = catalog.get(id);
  if (entry === undefined) {
    const message = `must be ${orList([...catalog.keys()])}`;
    return [{ pointer: jsonPointer([id]), code: "unknown_model", message }];
  }
  const errors = checkAgainst(entrySchema, overlay, [id]);
  if (errors.length > 0) return errors;
  const { price, successor, catalog_date: date } = overlay as Overlay;
  return [
    ...(successor === undefined || catalog.has(successor)
      ? []
      : [wrong([id, "successor"], "is no model of the catalog")]),
    ...(price === undefined ? [] : wrongPrice(entry, price)),
    ...((price === undefined) === (date === undefined)
      ? []
      : [wrong([id, "catalog_date"], "goes with a price, and a price with it")]),
  ];
}

/** A price of the model's own form, with a value for each of its resolutions. */
function wrongPrice({ id, price }: CatalogEntry, given: OverlaidPrice): readonly FieldError[] {
  const own = creditsByKind(price);
  const laid = creditsByKind(given);
  const kinds = [...own.keys()];
  if (kinds.join() === [...laid.keys()].join()) {
    return kinds.flatMap((kind) => wrongCredits(own.get(kind), laid.get(kind), [id, "price"]));
  }
  const rates = kinds.map((kind) => (kind === "" ? "credits" : `credits with ${kind}`));
  const form = own.has(JOB)
    ? "credits, for a whole video"
    : `rates, in this order: ${rates.join(", ")}`;
  return [wrong([id, "price"], `must have ${form}`)];
}

type Credits = Readonly<Record<string, number>>;

/** Stands for a price of whole videos, as no field is named. */
const JOB = "/job";

/** The credits of a price by the field that makes them count. */
function creditsByKind(price: PriceRule | OverlaidPrice): ReadonlyMap<string, Credits> {
  return "rates" in price
    ? new Map(price.rates.map((rate) => [rate.with ?? "", rate.credits]))
    : new Map([[JOB, price.credits]]);
}

function wrongCredits(
  own: Credits | undefined,
  given: Credits | undefined,
  path: readonly string[],
): readonly FieldError[] {
  const names = Object.keys(own as Credits);
  const isSame =
    names.toSorted().join() ===
    Object.keys(given as Credits)
      .toSorted()
      .join();
  return isSame ? [] : [wrong(path, `must have a price for each of ${names.join(", ")}`)];
}

function wrong(path: readonly string[], message: string): FieldError {
  return { pointer: jsonPointer(path), code: "invalid_value", message };
}

function under(entry: CatalogEntry, overlay: Overlay | undefined): CatalogEntry {
  if (overlay === undefined) return entry;
  const { status = entry.status, price, catalog_date: date } = overlay;
  const { reason, successor, ...rest } = entry;
  // What explains one status explains no other.
  const words = status === entry.status ? { reason, successor } : {};
  const told = { ...words, ...pick(overlay, "reason"), ...pick(overlay, "successor") };
  return {
    ...rest,
    status,
    ...(status === "active" ? {} : pick(told, "reason")),
    ...(status === "active" ? {} : pick(told, "successor")),
    price: price === undefined ? entry.price : priced(entry.price, price),
    priceSnapshotDate: date ?? entry.priceSnapshotDate,
  };
}

/** Both have the same kinds by now. */
function priced(own: PriceRule, given: OverlaidPrice): PriceRule {
  const laid = creditsByKind(given);
  if (own.per === "job") return { ...own, credits: laid.get(JOB) as Credits };
  const rates = own.rates.map((rate) => ({
    ...rate,
    credits: laid.get(rate.with ?? "") as Credits,
  }));
  return { ...own, rates };
}

function pick<Name extends string>(
  from: { readonly [K in Name]?: string | undefined },
  name: Name,
): { readonly [K in Name]?: string } {
  const value = from[name];
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in Name]?: string };
}
