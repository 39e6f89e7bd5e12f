#!/bin/sh
# Asks before it drops a table. Usage: drop-table.sh TABLE
# ASK_TO names a group to ask in, ASK_MAY who may answer there, ASK_TIMEOUT for how long.
set -u
table=${1:?the name of a table}

answer=$(notify-runner ask --plain "Drop the table $table?" --choice 'Drop it' --choice 'Keep it' \
  --timeout "${ASK_TIMEOUT:-1h}" ${ASK_TO:+--to "$ASK_TO" --may "${ASK_MAY:-%dba}"})

case $? in
  0)
    psql --quiet --command "DROP TABLE \"$table\"" || exit
    echo "$table is dropped."
    ;;
  1) echo "$table is kept: $answer." ;;
  3) echo "Nobody answered, so $table is kept." ;;
  *)
    echo "Nobody could be asked, so $table is kept." >&2
    exit 1
    ;;
esac
