"""Enqueues one video over HTTP, asks until it has ended, and prints where the file is.

Python's standard library is all that it needs.
"""

import json
import os
import time
import urllib.error
import urllib.request
import uuid

GATEWAY = os.environ.get("APIDOT_QUEUE_URL") or "http://127.0.0.1:8787"
# Any token will do where the gateway has none.
TOKEN = os.environ.get("APIDOT_QUEUE_TOKEN") or "none"
POLL_SECONDS = float(os.environ.get("POLL_SECONDS") or 2)


def call(path, body=None, headers=None):
    """The answer of one call; a problem of the gateway is raised with its code."""
    request = urllib.request.Request(
        GATEWAY + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {TOKEN}",
            "Content-Type": "application/json",
            **(headers or {}),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        raise SystemExit(f"{problem['code']}: {problem.get('errors', problem['title'])}")


generation = call(
    "/v1/generations",
    {
        "model": "veo3.1-fast",
        "input": {"prompt": "A paper boat sails down a rainy street", "resolution": "1080p"},
    },
    # The same key makes one video, however often this is sent.
    {"Idempotency-Key": os.environ.get("ORDER") or str(uuid.uuid4())},
)
while generation["status"] not in ("succeeded", "failed", "canceled", "held"):
    time.sleep(POLL_SECONDS)
    generation = call(f"/v1/generations/{generation['id']}")

files = generation["files"]
print(generation["status"], files[0]["url"] if files else (generation["error"] or {}).get("message"))
