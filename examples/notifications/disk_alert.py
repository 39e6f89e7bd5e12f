#!/usr/bin/env python3
# notify: timeout=20s
"""An alert for each disk: it fires while the disk is nearly full, and is resolved when it has room again.

DISK_LIMIT: the limit in percent, 90 by default. Printed at each run; the bot sends what changes.
"""
import json
import os
import shutil
import socket

LIMIT = float(os.environ.get("DISK_LIMIT", "90"))
NOT_DISKS = {"tmpfs", "devtmpfs", "squashfs", "overlay", "proc", "sysfs"}


def disks():
    """Where real disks are mounted, each device once."""
    seen = set()
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            device, place, kind = line.split()[:3]
            if kind in NOT_DISKS or not device.startswith("/") or device in seen:
                continue
            seen.add(device)
            yield place.replace("\\040", " ")


for place in list(disks()) or ["/"]:
    try:
        total, used, _ = shutil.disk_usage(place)
    except OSError:
        continue
    if total == 0:
        continue
    percent = used / total * 100
    print(json.dumps({
        "state": "firing" if percent >= LIMIT else "resolved",
        "key": place,
        "title": "Disk nearly full",
        "message": f"{percent:.0f}% of `{place}` are used.",
        "severity": "critical" if percent >= 98 else "high",
        "labels": {"host": socket.gethostname()},
        "annotations": {"action_required": "Remove what is not needed, or enlarge the disk."},
    }))
