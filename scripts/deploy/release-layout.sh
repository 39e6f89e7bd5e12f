# shellcheck shell=bash
# What a release holds, and how the names of a server get into it; for deploy.sh and debian/package-deb.sh.

# The names in the files of systemd/, and where a server has the rest.
declare -A DEFAULTS=(
  [BOT_USER]=notify-bot [BOT_GROUP]=notify-bot [DATA_DIR]=/data/notifications [DATA_MODE]=0750 [SOCKET]=/run/notify-bot/bot.sock
  [DOCS_DIR]=/data/docs [DOCS_GROUP]='' [PREFIX]=/opt/notify-bot [RELEASE_DIR]=/opt/notify-bot/current [BIN_DIR]=/usr/local/bin
  [NODE]=/usr/bin/node [WEB]=no
)

# Sets each name that the environment doesn't have.
use_default_names() {
  local name
  for name in "${!DEFAULTS[@]}"; do [ -n "${!name:-}" ] || printf -v "$name" %s "${DEFAULTS[$name]}"; done
}

# Packages with machine code, which can't be bundled; each has a further package for this platform.
NATIVE_PACKAGES='koffi @resvg/resvg-js'

# Whether the programs exist and are no older than their source. A release has no source.
is_built() { # TREE
  local package
  [ -f "$1/dist/notify-bot.js" ] && [ -f "$1/dist/notify-actor.cjs" ] &&
    [ -f "$1/dist/notify-actor-runner.cjs" ] && [ -f "$1/dist/notify-runner.cjs" ] && [ -f "$1/dist/notify-runner" ] &&
    [ -f "$1/dist/notify-scripts.cjs" ] && [ -f "$1/dist/notify-web.js" ] || return 1
  for package in $NATIVE_PACKAGES; do [ -d "$1/node_modules/$package" ] || return 1; done
  [ -d "$1/src" ] || return 0
  [ -z "$(find "$1/src" "$1/scripts/build" "$1/package.json" \( -name '*.ts' -o -name '*.js' -o -name '*.sh' -o -name '*.json' \) \
    -newer "$1/dist/notify-runner.cjs" -print -quit)" ]
}

version_of() { # TREE
  sed -n 's/^  "version": "\([0-9A-Za-z.+~-]*\)",\{0,1\}$/\1/p' "$1/package.json" | head -n 1
}

# Puts this server's names into a file from systemd/.
with_names() { # FILE
  sed -e "s|^User=notify-bot\$|User=$BOT_USER|" -e "s|^Group=notify-bot\$|Group=$BOT_GROUP|" \
    -e "s|^SocketUser=notify-bot\$|SocketUser=$BOT_USER|" -e "s|^SocketGroup=notify-bot\$|SocketGroup=$BOT_GROUP|" \
    -e "s|^    su notify-bot notify-bot\$|    su $BOT_USER $BOT_GROUP|" \
    -e "s|^\(d .*\) 0750 notify-bot notify-bot -\$|\1 $DATA_MODE $BOT_USER $BOT_GROUP -|" \
    -e "s|/usr/local/bin/notify-|$BIN_DIR/notify-|g" \
    -e "s|/opt/notify-bot/current/|$RELEASE_DIR/|g" -e "s|^ExecStart=/usr/bin/env node |ExecStart=$NODE |" \
    -e "s|^Environment=NOTIFY_ACTOR_UNIT=%n\$|&\nEnvironment=NOTIFY_BOT_USER=$BOT_USER|" \
    -e "s|^InaccessiblePaths=-/data |&-$DATA_DIR |" \
    -e "s|/data/notifications|$DATA_DIR|g" -e "s|/run/notify-bot/bot\.sock|$SOCKET|g" "$1"
}

# Lays a release out: programs, packages, units, manuals, completions, documents.
lay_out() { # TREE INTO
  local tree="$1" into="$2" package file name
  mkdir -p "$into/dist" "$into/systemd" "$into/completions" "$into/docs/man" "$into/examples" "$into/node_modules"
  # Source maps would be most of the bytes, and Node reads them only with an option.
  (cd "$tree/dist" && find . -type f ! -name '*.map' ! -name 'bench*' -exec cp --parents -t "$into/dist" {} +)
  # The Node that was checked, whatever the PATH of a user has first.
  find "$into/dist" -maxdepth 1 -type f -name 'notify-*' -exec sed -i "1s|^#!/usr/bin/env node\$|#!$NODE|" {} + \
    -exec chmod 755 {} +
  for package in $NATIVE_PACKAGES; do copy_package "$tree" "$into" "$package"; done
  for package in "$tree"/node_modules/@koromix/koffi-linux-* "$tree"/node_modules/@resvg/resvg-js-linux-*; do
    [ -d "$package" ] && copy_package "$tree" "$into" "${package#"$tree/node_modules/"}"
  done
  cat >"$into/package.json" <<END
{
  "name": "notify-bot",
  "version": "$(version_of "$tree")",
  "license": "MIT",
  "private": true,
  "type": "module"
}
END
  for file in "$tree"/systemd/*; do
    name=$(basename "$file")
    with_names "$file" >"$into/systemd/$name"
  done
  for name in bash zsh fish; do
    "$NODE" "$tree/dist/notify-runner.cjs" completion "$name" >"$into/completions/$name"
  done
  cp "$tree"/docs/*.md "$tree"/docs/*.yaml "$into/docs/"
  cp "$tree"/docs/man/*.1 "$into/docs/man/"
  cp -r "$tree/examples/notifications" "$into/examples/"
  cp "$tree/LICENSE" "$tree/README.md" "$tree/CHANGELOG.md" "$into/"
  chmod -R u=rwX,go=rX "$into"
  # No file of a package is started as a program.
  find "$into/node_modules" -type f -exec chmod 644 {} +
}

# A package without its sources, headers and the code for other C libraries.
copy_package() { # TREE INTO PACKAGE
  (cd "$1/node_modules" && find "$3" -type f ! -path '*/musl_*' ! -path '*/vendor/*' ! -path '*/doc/*' \
    \( -name '*.js' -o -name '*.cjs' -o -name '*.node' -o -name package.json -o -name 'LICENSE*' \) \
    ! -name 'cnoke.*' -exec cp --parents -t "$2/node_modules" {} +)
}

# notifications.md with links that work beside the examples, without the other documents.
guide_of() { # RELEASE
  sed -e 's|](\.\./examples/|](examples/|g' -e "s|\[settings\.md\](settings\.md)|\`notify-runner --help\`|" \
    "$1/docs/notifications.md"
}
