#!/usr/bin/env python3
# notify: schedule="0 9 * * *" cooldown=6h
"""Notifies when yesterday's revenue fell well below the average of the week before.

Reads ~/.cache/notification-examples/revenue.csv (date,revenue), and writes an example where it is missing.
Replace read_revenue() by your own query.
"""
import csv
import json
import math
from datetime import date, timedelta
from pathlib import Path

DROP = 0.20  # notify from 20 % below the average
DATA = Path.home() / ".cache" / "notification-examples" / "revenue.csv"


def make_example_data():
    """Writes four weeks with a weekly pattern and a bad last day."""
    DATA.parent.mkdir(parents=True, exist_ok=True)
    today = date.today()
    with DATA.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "revenue"])
        for back in range(28, 0, -1):
            day = today - timedelta(days=back)
            revenue = 12_000 + 1_500 * math.sin(2 * math.pi * day.toordinal() / 7)
            if back == 1:
                revenue *= 0.6
            writer.writerow([day.isoformat(), round(revenue)])


def read_revenue():
    if not DATA.exists():
        make_example_data()
    with DATA.open(newline="") as file:
        return [(row["date"], float(row["revenue"])) for row in csv.DictReader(file)]


def main():
    rows = read_revenue()
    day, latest = rows[-1]
    week = [revenue for _, revenue in rows[-8:-1]]
    average = sum(week) / len(week)
    change = latest / average - 1
    result = {"notify": change <= -DROP, "data": {"day": day, "revenue": latest, "change": round(change, 4)}}
    if result["notify"]:
        result.update(
            title=f"Revenue down {-change:.0%}",
            message=f"*{latest:,.0f} €* on {day}, against *{average:,.0f} €* on average in the seven days before.",
            severity="critical" if change <= -2 * DROP else "high",
        )
    print(json.dumps(result))


main()
