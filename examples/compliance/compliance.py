#!/usr/bin/env python3
# notify: schedule="*/10 * * * *" timeout=1m
"""Reads the state of a compliance platform from CSV files and says what fires and what is over.

Each line of output is an alert: `alert` among its labels is what the rules in alerts.yaml go by. The files are in
~/compliance, or in the folder that COMPLIANCE_DATA names.
"""
import csv
import datetime
import json
import os
import pathlib

DATA = pathlib.Path(os.environ.get("COMPLIANCE_DATA") or "~/compliance").expanduser()
PLATFORM = "https://compliance.example.org"
# Evidence is asked for a week before it is due.
REMIND_DAYS = 7


def rows(name):
    with open(DATA / f"{name}.csv", newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def say(fires, key, alert, title, message, severity, labels=None, **annotations):
    print(
        json.dumps(
            {
                "state": "firing" if fires else "resolved",
                "key": key,
                "title": title,
                "message": message,
                "severity": severity,
                "labels": {"alert": alert, **(labels or {})},
                "annotations": {"link": f"{PLATFORM}/{alert}/{key}", **annotations},
            }
        )
    )


def day(days):
    return (datetime.date.today() + datetime.timedelta(days=days)).strftime("%A, %-d %B %Y")


def due(days):
    if days < 0:
        return f"{day(days)}, {-days} days ago" if days < -1 else f"{day(days)}, yesterday"
    return day(days) + {0: ", today", 1: ", tomorrow"}.get(days, f", in {days} days")


for control in rows("controls"):
    say(
        control["state"] == "failing",
        control["control"],
        "critical_compliance",
        f"{control['control']} {control['name']}, {control['system']}",
        control["failed_checks"] or "all checks pass",
        "critical",
        {"control": control["control"], "system": control["system"]},
        action_required=f"The {control['owner']} repairs it and records the repair.",
    )

for evidence in rows("evidence"):
    days = int(evidence["due_in_days"])
    say(
        evidence["state"] == "missing" and days <= REMIND_DAYS,
        evidence["id"],
        "evidence_deadline",
        f"Evidence is missing: {evidence['name']}",
        f"{evidence['owner']} collects {evidence['id']}.",
        "high" if days < 0 else "medium",
        due_date=due(days),
        action_required="Upload the evidence, or ask for more time.",
    )

for incident in rows("incidents"):
    say(
        incident["state"] == "open",
        incident["id"],
        "incident",
        incident["name"],
        f"{incident['id']} on {incident['system']}.",
        incident["severity"],
        {"category": "security", "incident": incident["id"], "system": incident["system"]},
        action_required=f"{incident['action']}.",
    )

for audit in rows("audits"):
    days = int(audit["due_in_days"])
    say(
        audit["state"] == "open",
        audit["id"],
        "audit",
        f"Audit: {audit['name']}",
        "",
        "high" if days <= 2 else "medium",
        {"type": "audit"},
        due_date=due(days),
        days_remaining=str(days),
        action_required="Check that the evidence is complete.",
    )

for report in rows("reports"):
    say(
        True,
        report["id"],
        "report_ready",
        report["name"],
        "",
        "info",
        period=report["period"],
        generated=report["generated"],
        download_link=f"{PLATFORM}/reports/{report['id']}.pdf",
    )

failing = sum(1 for control in rows("controls") if control["state"] == "failing")
missing = sum(1 for evidence in rows("evidence") if evidence["state"] == "missing")
say(
    True,
    "daily",
    "compliance_update",
    "Compliance today",
    f"Failing controls: {failing}. Missing evidence: {missing}.",
    "low",
)
