import type { Status } from "../src/lifecycle/index.ts";

/**
 * What every event does in every status: a row per event case, a column per generation.
 *
 * - a status, with its reason after the colon: moved there; `same`: facts only
 * - `u-` an attempt is no longer unresolved, `u+` one became so; `x+` a task id was put among the
 *   extra ones, `x-` one left them; `n+` the next settlement
 * - `stale`, `known` (a duplicate) and `.` (not applicable): ignored, and why
 *
 * A row that is not here is ignored in every column: as `stale` when the event is an attempt's
 * outcome (OUTCOMES), else as not applicable.
 */
export const MATRIX: Readonly<Record<Status, string>> = {
  queued: `
                         | plain          | unresolved
    begun/next           | submitting     | submitting
    expired              | failed:expired | held:expired
    not_sent/older       | stale          | same u-
    refused/older        | stale          | same u-
    rejected/older       | stale          | same u-
    denied/older         | stale          | same u-
    denied/older_park    | stale          | same u-
    accepted/current     | running        | running
    accepted/older       | running        | running u-
    accepted/over        | running        | running
    accepted/own_task    | running        | running
    accepted/extra_task  | known          | known
    accepted/older_own   | running        | running u-
    accepted/older_extra | known          | same u-
    confirmed/current    | running        | running
    confirmed/older      | running        | running u-
    confirmed/over       | running        | running
    confirmed/own_task   | running        | running
    confirmed/extra_task | known          | same u-
    confirmed/older_own  | running        | running u-
    poisoned             | held:poison    | held:poison
    cancel_requested     | canceled       | canceled`,
  submitting: `
                           | plain                       | cancel      | unresolved                | cancel_unresolved
    not_sent/current       | queued                      | canceled    | queued                    | canceled
    not_sent/older         | stale                       | stale       | same u-                   | same u-
    refused/older          | stale                       | stale       | same u-                   | same u-
    rejected/older         | stale                       | stale       | same u-                   | same u-
    denied/older           | stale                       | stale       | same u-                   | same u-
    denied/older_park      | stale                       | stale       | same u-                   | same u-
    refused/current        | queued                      | canceled    | queued                    | canceled
    accepted/current       | running                     | running     | running                   | running
    accepted/older         | running u+                  | running u+  | running u- u+             | running u- u+
    accepted/over          | running u+                  | running u+  | running u+                | running u+
    accepted/own_task      | running                     | running     | running                   | running
    accepted/extra_task    | running x-                  | running x-  | running x-                | running x-
    accepted/older_own     | running u+                  | running u+  | running u- u+             | running u- u+
    accepted/older_extra   | known                       | known       | same u-                   | same u-
    rejected/current       | failed:invalid_request      | canceled    | held:invalid_request      | canceled
    denied/current         | failed:insufficient_credits | canceled    | held:insufficient_credits | canceled
    denied/current_park    | queued                      | canceled    | queued                    | canceled
    answer_lost/current    | unconfirmed                 | unconfirmed | unconfirmed               | unconfirmed
    answer_lost/unanswered | unconfirmed                 | unconfirmed | unconfirmed               | unconfirmed
    confirmed/current      | running                     | running     | running                   | running
    confirmed/older        | running u+                  | running u+  | running u- u+             | running u- u+
    confirmed/over         | running u+                  | running u+  | running u+                | running u+
    confirmed/own_task     | running                     | running     | running                   | running
    confirmed/extra_task   | known                       | known       | same u-                   | same u-
    confirmed/older_own    | running u+                  | running u+  | running u- u+             | running u- u+
    cancel_requested       | same                        | known       | same                      | known`,
  unconfirmed: `
                                | plain                       | cancel      | unresolved                | cancel_unresolved
    not_sent/current            | queued                      | canceled    | queued                    | canceled
    not_sent/older              | stale                       | stale       | same u-                   | same u-
    refused/older               | stale                       | stale       | same u-                   | same u-
    rejected/older              | stale                       | stale       | same u-                   | same u-
    denied/older                | stale                       | stale       | same u-                   | same u-
    denied/older_park           | stale                       | stale       | same u-                   | same u-
    refused/current             | queued                      | canceled    | queued                    | canceled
    accepted/current            | running                     | running     | running                   | running
    accepted/older              | running u+                  | running u+  | running u- u+             | running u- u+
    accepted/over               | running u+                  | running u+  | running u+                | running u+
    accepted/own_task           | running                     | running     | running                   | running
    accepted/extra_task         | running x-                  | running x-  | running x-                | running x-
    accepted/older_own          | running u+                  | running u+  | running u- u+             | running u- u+
    accepted/older_extra        | known                       | known       | same u-                   | same u-
    rejected/current            | failed:invalid_request      | canceled    | held:invalid_request      | canceled
    denied/current              | failed:insufficient_credits | canceled    | held:insufficient_credits | canceled
    denied/current_park         | queued                      | canceled    | queued                    | canceled
    answer_lost/current         | known                       | known       | known                     | known
    answer_lost/unanswered      | known                       | known       | known                     | known
    grace_ended/resubmit        | queued u+                   | canceled u+ | queued u+                 | canceled u+
    grace_ended/second_is_last  | queued u+                   | canceled u+ | held:unconfirmed u+       | canceled u+
    grace_ended/first_is_last   | held:unconfirmed u+         | canceled u+ | held:unconfirmed u+       | canceled u+
    grace_ended/hold            | held:unconfirmed u+         | canceled u+ | held:unconfirmed u+       | canceled u+
    grace_ended/channel_silent  | held:unconfirmed u+         | canceled u+ | held:unconfirmed u+       | canceled u+
    grace_ended/look_unanswered | held:unconfirmed u+         | canceled u+ | held:unconfirmed u+       | canceled u+
    confirmed/current           | running                     | running     | running                   | running
    confirmed/older             | running u+                  | running u+  | running u- u+             | running u- u+
    confirmed/over              | running u+                  | running u+  | running u+                | running u+
    confirmed/own_task          | running                     | running     | running                   | running
    confirmed/extra_task        | known                       | known       | same u-                   | same u-
    confirmed/older_own         | running u+                  | running u+  | running u- u+             | running u- u+
    cancel_requested            | same                        | known       | same                      | known`,
  held: `
                         | plain            | unresolved       | task             | task_unresolved
    not_sent/older       | stale            | same u-          | stale            | same u-
    refused/older        | stale            | same u-          | stale            | same u-
    rejected/older       | stale            | same u-          | stale            | same u-
    denied/older         | stale            | same u-          | stale            | same u-
    denied/older_park    | stale            | same u-          | stale            | same u-
    accepted/current     | running          | running          | same x+          | same x+
    accepted/older       | running          | running u-       | same x+          | same u- x+
    accepted/over        | running          | running          | same x+          | same x+
    accepted/own_task    | running          | running          | known            | known
    accepted/extra_task  | known            | known            | known            | known
    accepted/older_own   | running          | running u-       | known            | same u-
    accepted/older_extra | known            | same u-          | known            | same u-
    confirmed/current    | running          | running          | same x+          | same x+
    confirmed/older      | running          | running u-       | same x+          | same u- x+
    confirmed/over       | running          | running          | same x+          | same x+
    confirmed/own_task   | running          | running          | running          | running
    confirmed/extra_task | known            | same u-          | known            | same u-
    confirmed/older_own  | running          | running u-       | running          | running u-
    attached/new_task    | running          | running          | running x+       | running x+
    attached/own_task    | running          | running          | running          | running
    attached/extra_task  | running x-       | running x-       | running x+ x-    | running x+ x-
    attached/older       | .                | running u-       | .                | running u- x+
    resubmitted          | queued           | queued           | queued x+        | queued x+
    abandoned            | failed:abandoned | failed:abandoned | failed:abandoned | failed:abandoned
    cancel_requested     | canceled         | canceled         | canceled         | canceled`,
  running: `
                          | plain                    | cancel   | unresolved               | cancel_unresolved
    not_sent/older        | stale                    | stale    | same u-                  | same u-
    refused/older         | stale                    | stale    | same u-                  | same u-
    rejected/older        | stale                    | stale    | same u-                  | same u-
    denied/older          | stale                    | stale    | same u-                  | same u-
    denied/older_park     | stale                    | stale    | same u-                  | same u-
    accepted/current      | same x+                  | same x+  | same x+                  | same x+
    accepted/older        | same x+                  | same x+  | same u- x+               | same u- x+
    accepted/over         | same x+                  | same x+  | same x+                  | same x+
    accepted/own_task     | known                    | known    | known                    | known
    accepted/extra_task   | known                    | known    | known                    | known
    accepted/older_own    | known                    | known    | same u-                  | same u-
    accepted/older_extra  | known                    | known    | same u-                  | same u-
    confirmed/current     | same x+                  | same x+  | same x+                  | same x+
    confirmed/older       | same x+                  | same x+  | same u- x+               | same u- x+
    confirmed/over        | same x+                  | same x+  | same x+                  | same x+
    confirmed/own_task    | known                    | known    | known                    | known
    confirmed/extra_task  | known                    | known    | same u-                  | same u-
    confirmed/older_own   | known                    | known    | same u-                  | same u-
    finished              | succeeded                | canceled | succeeded                | canceled
    task_failed           | failed:generation_failed | canceled | failed:generation_failed | canceled
    timed_out             | failed:timed_out         | canceled | failed:timed_out         | canceled
    untraceable/not_found | held:task_not_found      | canceled | held:task_not_found      | canceled
    untraceable/rejected  | held:status_rejected     | canceled | held:status_rejected     | canceled
    cancel_requested      | same                     | known    | same                     | known`,
  succeeded: `
                         | plain   | unresolved
    not_sent/older       | stale   | same u-
    refused/older        | stale   | same u-
    rejected/older       | stale   | same u-
    denied/older         | stale   | same u-
    denied/older_park    | stale   | same u-
    accepted/current     | same x+ | same x+
    accepted/older       | same x+ | same u- x+
    accepted/over        | same x+ | same x+
    accepted/own_task    | known   | known
    accepted/extra_task  | known   | known
    accepted/older_own   | known   | same u-
    accepted/older_extra | known   | same u-
    confirmed/current    | same x+ | same x+
    confirmed/older      | same x+ | same u- x+
    confirmed/over       | same x+ | same x+
    confirmed/own_task   | known   | known
    confirmed/extra_task | known   | same u-
    confirmed/older_own  | known   | same u-`,
  failed: `
                             | invalid         | key          | credits      | expired         | abandoned       | let_go             | timed_out          | task_failed        | redrive_unresolved | redrive_task       | redrive_extra
    not_sent/older           | stale           | stale        | stale        | stale           | same u-         | stale              | same u-            | stale              | same u-            | stale              | stale
    refused/older            | stale           | stale        | stale        | stale           | same u-         | stale              | same u-            | stale              | same u-            | stale              | stale
    rejected/older           | stale           | stale        | stale        | stale           | same u-         | stale              | same u-            | stale              | same u-            | stale              | stale
    denied/older             | stale           | stale        | stale        | stale           | same u-         | stale              | same u-            | stale              | same u-            | stale              | stale
    denied/older_park        | stale           | stale        | stale        | stale           | same u-         | stale              | same u-            | stale              | same u-            | stale              | stale
    accepted/current         | same x+         | same x+      | same x+      | same x+         | same x+         | same x+            | same x+            | same x+            | same x+            | same x+            | same x+
    accepted/older           | same x+         | same x+      | same x+      | same x+         | same u- x+      | same x+            | same u- x+         | same x+            | same u- x+         | same x+            | same x+
    accepted/over            | same x+         | same x+      | same x+      | same x+         | same x+         | same x+            | same x+            | same x+            | same x+            | same x+            | same x+
    accepted/own_task        | same x+         | same x+      | same x+      | same x+         | same x+         | known              | known              | known              | same x+            | known              | same x+
    accepted/extra_task      | known           | same x+      | same x+      | known           | known           | known              | known              | known              | known              | known              | known
    accepted/older_own       | same x+         | same x+      | same x+      | same x+         | same u- x+      | known              | same u-            | known              | same u- x+         | known              | same x+
    accepted/older_extra     | known           | same x+      | same x+      | known           | same u-         | known              | same u-            | known              | same u-            | known              | known
    confirmed/current        | same x+         | same x+      | same x+      | same x+         | same x+         | same x+            | same x+            | same x+            | same x+            | same x+            | same x+
    confirmed/older          | same x+         | same x+      | same x+      | same x+         | same u- x+      | same x+            | same u- x+         | same x+            | same u- x+         | same x+            | same x+
    confirmed/over           | same x+         | same x+      | same x+      | same x+         | same x+         | same x+            | same x+            | same x+            | same x+            | same x+            | same x+
    confirmed/own_task       | same x+         | same x+      | same x+      | same x+         | same x+         | known              | known              | known              | same x+            | known              | same x+
    confirmed/extra_task     | known           | same x+      | same x+      | known           | same u-         | known              | same u-            | known              | same u-            | known              | known
    confirmed/older_own      | same x+         | same x+      | same x+      | same x+         | same u- x+      | known              | same u-            | known              | same u- x+         | known              | same x+
    finished_late/own_task   | succeeded n+    | succeeded n+ | succeeded n+ | succeeded n+    | succeeded n+    | succeeded n+       | succeeded n+       | .                  | succeeded n+       | succeeded n+       | succeeded n+
    finished_late/new_task   | succeeded n+    | succeeded n+ | succeeded n+ | succeeded n+    | succeeded u- n+ | succeeded x+ n+    | succeeded u- x+ n+ | succeeded x+ n+    | succeeded u- n+    | succeeded x+ n+    | succeeded n+
    finished_late/extra_task | succeeded x- n+ | succeeded n+ | succeeded n+ | succeeded x- n+ | succeeded x- n+ | succeeded x+ x- n+ | succeeded x+ x- n+ | succeeded x+ x- n+ | succeeded x- n+    | succeeded x+ x- n+ | succeeded x- n+
    redriven                 | .               | queued n+    | queued n+    | .               | .               | .                  | .                  | .                  | .                  | .                  | .
    cancel_requested         | .               | same         | same         | .               | .               | .                  | .                  | .                  | .                  | .                  | .`,
  canceled: `
                         | plain   | unresolved | task
    not_sent/older       | stale   | same u-    | stale
    refused/older        | stale   | same u-    | stale
    rejected/older       | stale   | same u-    | stale
    denied/older         | stale   | same u-    | stale
    denied/older_park    | stale   | same u-    | stale
    accepted/current     | same x+ | same x+    | same x+
    accepted/older       | same x+ | same u- x+ | same x+
    accepted/over        | same x+ | same x+    | same x+
    accepted/own_task    | same x+ | same x+    | known
    accepted/extra_task  | known   | known      | known
    accepted/older_own   | same x+ | same u- x+ | known
    accepted/older_extra | known   | same u-    | known
    confirmed/current    | same x+ | same x+    | same x+
    confirmed/older      | same x+ | same u- x+ | same x+
    confirmed/over       | same x+ | same x+    | same x+
    confirmed/own_task   | same x+ | same x+    | known
    confirmed/extra_task | known   | same u-    | known
    confirmed/older_own  | same x+ | same u- x+ | known`,
};

/** Events that report what became of an attempt. */
export const OUTCOMES: readonly string[] = [
  "not_sent",
  "refused",
  "rejected",
  "denied",
  "answer_lost",
];
