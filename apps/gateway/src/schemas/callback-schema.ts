import { z } from "zod";

/** The answer to a callback. */
export const callbackReceivedSchema = z
  .object({ received: z.literal(true) })
  .meta({ id: "CallbackReceived" });
