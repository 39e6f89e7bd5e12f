#!/usr/bin/env python3
# notify: schedule="* * * * *"
"""Shows the progress of a long job in one message, which each run edits; its end arrives as a message of its own.

Reads ~/.cache/notification-examples/job.json (job, done, total), which the job writes, and writes an example of ten minutes
where it is missing. Replace read_job() by a look at a job of yours.
"""
import json
import time
from pathlib import Path

DATA = Path.home() / ".cache" / "notification-examples" / "job.json"
EXAMPLE_SECONDS = 600
WIDTH = 20


def read_job():
    """Returns name, done and total; the example is as far as its time."""
    if not DATA.exists():
        DATA.parent.mkdir(parents=True, exist_ok=True)
        DATA.write_text(json.dumps({"job": "Import of orders", "total": 50_000, "example_since": time.time()}))
    job = json.loads(DATA.read_text())
    if "example_since" in job:
        passed = (time.time() - job["example_since"]) / EXAMPLE_SECONDS
        job["done"] = int(job["total"] * max(0, min(1, passed)))
    return job["job"], job["done"], job["total"]


def progress(name, done, total):
    """Edits the message of the run before; without one, such as in the first run, it is sent."""
    share = done / total if total else 1
    bar = "█" * int(share * WIDTH) + "░" * (WIDTH - int(share * WIDTH))
    return {
        "notify": True,
        "key": name,
        "replace": True,
        "silent": True,
        "title": name,
        "message": f"`{bar}` {share:.0%}\n{done:,} of {total:,}",
    }


def main():
    name, done, total = read_job()
    told = DATA.with_suffix(".told")
    if done < total:
        told.unlink(missing_ok=True)
        print(json.dumps(progress(name, done, total)))
    elif not told.exists():
        told.touch()
        print(json.dumps(progress(name, done, total)))
        print(json.dumps({"notify": True, "key": f"{name}: done", "message": f"✅ {name} is done."}))
    else:
        print(json.dumps({"notify": False}))


main()
