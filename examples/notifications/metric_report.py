#!/usr/bin/env python3
# notify: schedule="0 8 * * 1"
"""Sends a weekly chart as an image, drawn with Python's standard library alone.

Reads ~/.cache/notification-examples/visits.csv (date,visits), and writes an example where it is missing.
If you have matplotlib, draw with it and keep the last lines.
"""
import csv
import json
import math
import struct
import zlib
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path.home() / ".cache" / "notification-examples"
DATA = FOLDER / "visits.csv"
CHART = FOLDER / "visits.png"
WIDTH, HEIGHT, MARGIN = 800, 400, 40
PAPER, GRID, LINE, FILL = (255, 255, 255), (225, 228, 234), (37, 99, 235), (219, 231, 254)


def make_example_data():
    FOLDER.mkdir(parents=True, exist_ok=True)
    today = date.today()
    with DATA.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "visits"])
        for back in range(42, 0, -1):
            day = today - timedelta(days=back)
            weekend = 0.6 if day.weekday() >= 5 else 1.0
            visits = (900 + 6 * (42 - back) + 80 * math.sin(back)) * weekend
            writer.writerow([day.isoformat(), round(visits)])


def read_visits():
    if not DATA.exists():
        make_example_data()
    with DATA.open(newline="") as file:
        return [(row["date"], float(row["visits"])) for row in csv.DictReader(file)]


def draw(values):
    """Returns a filled line chart as rows of red, green and blue bytes."""
    rows = [bytearray(PAPER * WIDTH) for _ in range(HEIGHT)]
    bottom, top = HEIGHT - MARGIN, MARGIN
    highest = max(values) * 1.1 or 1

    def put(x, y, colour):
        if 0 <= x < WIDTH and 0 <= y < HEIGHT:
            rows[y][3 * x:3 * x + 3] = bytes(colour)

    for step in range(5):
        y = bottom - step * (bottom - top) // 4
        for x in range(MARGIN, WIDTH - MARGIN):
            put(x, y, GRID)
    before = None
    for x in range(MARGIN, WIDTH - MARGIN):
        place = (x - MARGIN) / (WIDTH - 2 * MARGIN - 1) * (len(values) - 1)
        left = min(int(place), len(values) - 2)
        value = values[left] + (values[left + 1] - values[left]) * (place - left)
        y = round(bottom - value / highest * (bottom - top))
        for below in range(y, bottom):
            put(x, below, FILL)
        start, end = sorted((y, y if before is None else before))
        for on_line in range(start - 1, end + 2):
            put(x, on_line, LINE)
        before = y
    return rows


def write_png(path, rows):
    """Writes a PNG file: a signature and three chunks. https://www.w3.org/TR/png/"""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def main():
    visits = read_visits()
    values = [value for _, value in visits]
    week, week_before = sum(values[-7:]), sum(values[-14:-7])
    change = week / week_before - 1
    write_png(CHART, draw(values))
    print(json.dumps({
        "notify": True,
        "title": "Visits last week",
        "message": f"*{week:,.0f}* visits, {change:+.1%} on the week before.\nThe chart shows {visits[0][0]} to {visits[-1][0]}.",
        "image_path": str(CHART),
        "severity": "info",
        "data": {"week": week, "change": round(change, 4)},
    }))


main()
