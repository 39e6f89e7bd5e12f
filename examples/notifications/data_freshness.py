#!/usr/bin/env python3
# notify: cooldown=12h
"""Notifies when a table or file has not been updated for too long.

Reads ~/.cache/notification-examples/tables.csv (table,updated_at,max_age_hours), and writes an example where it is
missing. Replace read_tables() by a query for the newest row of each table.
"""
import csv
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

DATA = Path.home() / ".cache" / "notification-examples" / "tables.csv"


def make_example_data():
    """Writes three tables, one of them not updated for two days."""
    DATA.parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now(timezone.utc)
    with DATA.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "updated_at", "max_age_hours"])
        for table, age, limit in [("orders", 1, 24), ("customers", 3, 48), ("shipments", 50, 24)]:
            writer.writerow([table, (now - timedelta(hours=age)).isoformat(timespec="seconds"), limit])


def read_tables():
    if not DATA.exists():
        make_example_data()
    with DATA.open(newline="") as file:
        return [
            (row["table"], datetime.fromisoformat(row["updated_at"]), timedelta(hours=float(row["max_age_hours"])))
            for row in csv.DictReader(file)
        ]


def main():
    now = datetime.now(timezone.utc)
    stale = [(table, now - updated, limit) for table, updated, limit in read_tables() if now - updated > limit]
    lines = [f"- `{table}`: {age.total_seconds() / 3600:.0f} h old, at most {limit.total_seconds() / 3600:.0f} h" for table, age, limit in stale]
    print(json.dumps({
        "notify": bool(stale),
        "title": f"{len(stale)} stale table" + ("" if len(stale) == 1 else "s"),
        "message": "\n".join(lines),
        # A cooldown for each set of tables: another stale table is reported at once.
        **({"key": ",".join(table for table, _, _ in stale)[:200]} if stale else {}),
        "severity": "medium",
    }))


main()
