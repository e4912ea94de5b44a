#!/bin/sh
# Enqueues one video over HTTP, asks until it has ended, and prints where the file is.
set -eu
GATEWAY="${APIDOT_QUEUE_URL:-http://127.0.0.1:8787}"
TOKEN="${APIDOT_QUEUE_TOKEN:-none}" # any, where the gateway has no tokens

call() { curl --silent --show-error --fail --header "Authorization: Bearer $TOKEN" "$@"; }
# The first "name": "text" of a JSON text, without a JSON tool.
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# The same key makes one video, however often this is sent.
ID=$(call "$GATEWAY/v1/generations" \
  --header 'Content-Type: application/json' \
  --header "Idempotency-Key: ${ORDER:-order-$$}" \
  --data '{ "model": "veo3.1-fast", "input": { "prompt": "A paper boat sails down a rainy street" } }' |
  field id)

STATUS=queued
while [ "$STATUS" != succeeded ]; do
  case "$STATUS" in failed | canceled | held) echo "$ID is $STATUS" >&2 && exit 1 ;; esac
  sleep "${POLL_SECONDS:-2}"
  STATUS=$(call "$GATEWAY/v1/generations/$ID" | field status)
done
echo "$STATUS $(call "$GATEWAY/v1/generations/$ID" | field url)"
