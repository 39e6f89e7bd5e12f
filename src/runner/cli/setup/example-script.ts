/** The script that `notify-runner init` writes. */
export const EXAMPLE_NAME = 'hello.py';

export const EXAMPLE = `#!/usr/bin/env python3
# notify: schedule="0 9 * * 1"
#
# A notification script prints one JSON object. This one says hello on Mondays at nine, as the line above says;
# without that line it would run each time that cron starts notify-runner. Try it now:
#
#     notify-runner run hello
#
# Change it, copy it, or remove it. All fields: man notify-runner
import json
import shutil

disk = shutil.disk_usage("/")
used = 100 * disk.used / disk.total

print(json.dumps({
    "notify": True,                      # False: nothing is sent
    "title": "Hello from your server",   # a bold first line
    "message": f"The disk is *{used:.0f} %* full.",
    "severity": "info",                  # info low medium high critical
}))
`;
