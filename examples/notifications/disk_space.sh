#!/bin/bash
# notify: cooldown=6h timeout=20s
# Notifies when a disk is nearly full. DISK_LIMIT: the limit in percent, 90 by default.
set -eu
limit=${DISK_LIMIT:-90}

# Name and use of each real disk, one a line.
full=$(df -P -x tmpfs -x devtmpfs -x squashfs -x overlay 2>/dev/null |
  awk -v limit="$limit" 'NR > 1 { use = $5; sub("%", "", use); if (use + 0 >= limit) printf "- `%s`: %s\n", $6, $5 }')

if [ -z "$full" ]; then
  echo '{"notify": false}'
  exit
fi
# As JSON: backslashes and quotes are escaped, lines are joined.
message=$(printf '%s' "$full" | sed 's/\\/\\\\/g; s/"/\\"/g' | awk '{ printf "%s%s", separator, $0; separator = "\\n" }')
printf '{"notify": true, "title": "Disk nearly full", "message": "%s", "severity": "high"}\n' "$message"
