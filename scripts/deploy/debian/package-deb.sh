#!/bin/bash
# Makes dist-deb/notify-bot_VERSION_ARCHITECTURE.deb, which installs what deploy.sh does, through apt.
# Usage: npm run package:deb [-- --into=FOLDER] [--no-build], with the maintainer's DEBFULLNAME and DEBEMAIL in the environment
# shellcheck source-path=SCRIPTDIR/../../..
set -euo pipefail
umask 022
export LC_ALL=C
# With it, cd may lead elsewhere.
unset CDPATH

root=$(cd "$(dirname "$0")/../../.." && pwd)
into=$root/dist-deb
no_build=''
say() { printf '%s\n' "$*"; }
fail() {
  printf 'package-deb.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}
for word in "$@"; do
  case $word in
    --into=?*) into=${word#--into=} ;;
    --no-build) no_build=1 ;;
    --help) sed -n '2,3s/^# //p' "$0" && exit 0 ;;
    *) fail "There is no option $word; --help lists them." 2 ;;
  esac
done
command -v dpkg-deb >/dev/null || fail 'It takes dpkg-deb: apt-get install dpkg'

# Where Debian packages install.
export BIN_DIR=/usr/bin NODE=/usr/bin/node RELEASE_DIR=/usr/lib/notify-bot
. "$root/scripts/deploy/release-layout.sh"
use_default_names

cd "$root"
[ -n "$no_build" ] || is_built "$root" || { scripts/dev/install.sh && npm run --silent build; }
version=$(version_of "$root")
# Debian sorts 1.0.0~rc.1 before 1.0.0, and 1.0.0-rc.1 after it.
version=${version/-/\~}
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-The notify-bot authors} <${DEBEMAIL:-root@localhost}>"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
release=$work/release package=$work/package
# The build runs with this machine's Node, the programs of the package with Debian's.
mkdir "$release"
(PATH=$(dirname "$(command -v node)"):$PATH && lay_out "$root" "$release")

put() { # MODE FROM TO
  install -D -m "$1" "$2" "$package$3"
}
lib=$RELEASE_DIR doc=/usr/share/doc/notify-bot
mkdir -p "$package$lib" "$package/usr/bin"
cp -r "$release/dist" "$release/node_modules" "$release/package.json" "$package$lib/"
# The copyright file names the licences.
find "$package$lib/node_modules" -name 'LICENSE*' -delete
for name in notify-bot.js notify-runner notify-scripts.cjs notify-web.js; do
  ln -s "../lib/notify-bot/dist/$name" "$package/usr/bin/${name%.*}"
done
for file in "$release"/systemd/*.service "$release"/systemd/*.socket; do
  put 0644 "$file" "/usr/lib/systemd/system/${file##*/}"
done
put 0644 "$release/systemd/notify-bot.sysusers" /usr/lib/sysusers.d/notify-bot.conf
put 0644 "$release/systemd/notify-bot.tmpfiles" /usr/lib/tmpfiles.d/notify-bot.conf
put 0644 "$release/systemd/notify-bot.logrotate" /etc/logrotate.d/notify-bot
put 0644 "$release/systemd/notify-web.sysusers" /usr/lib/sysusers.d/notify-web.conf
put 0644 "$release/systemd/notify-bot.env" /usr/share/notify-bot/env
put 0644 "$release/systemd/notify-web.env" /usr/share/notify-bot/web-env
for page in "$release"/docs/man/*.1; do
  put 0644 "$page" "/usr/share/man/man1/${page##*/}"
  gzip -9n "$package/usr/share/man/man1/${page##*/}"
done
put 0644 "$release/completions/bash" /usr/share/bash-completion/completions/notify-runner
put 0644 "$release/completions/zsh" /usr/share/zsh/vendor-completions/_notify-runner
put 0644 "$release/completions/fish" /usr/share/fish/vendor_completions.d/notify-runner.fish
guide_of "$release" >"$work/notifications.md"
put 0644 "$work/notifications.md" "$doc/notifications.md"
for file in "$release"/docs/*.md; do [ -e "$package$doc/${file##*/}" ] || put 0644 "$file" "$doc/${file##*/}"; done
for file in "$release"/examples/notifications/*; do put 0755 "$file" "$doc/examples/notifications/${file##*/}"; done

# CHANGELOG.md in the form of a Debian changelog. The same source gives the same package.
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || date +%s)}"
export SOURCE_DATE_EPOCH
{
  printf 'notify-bot (%s) unstable; urgency=medium\n\n' "$version"
  awk '/^## / { if (seen) exit; seen = 1; next } seen && NF { sub(/^- /, "* "); print }' CHANGELOG.md | fold -s -w 76 | sed 's/^ *//; s/^/    /; s/^    \*/  */; s/ *$//'
  printf '\n -- %s  %s\n' "$maintainer" "$(date -R -u -d "@$SOURCE_DATE_EPOCH")"
} >"$work/changelog"
put 0644 "$work/changelog" "$doc/changelog"
gzip -9n "$package$doc/changelog"
{
  printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: notify-bot\n\n'
  printf 'Files: *\nCopyright: 2026 The notify-bot authors\nLicense: Expat\n\n'
  for name in "$package$lib"/node_modules/koffi "$package$lib"/node_modules/@*/*; do
    name=${name#"$package$lib/node_modules/"}
    printf 'Files: usr/lib/notify-bot/node_modules/%s/*\n' "$name"
    case $name in
      *koffi*) printf 'Copyright: Niels Martignène\nLicense: Expat\n\n' ;;
      *resvg*) printf 'Copyright: yisibl and the resvg authors\nLicense: MPL-2.0\n On Debian systems the text is in /usr/share/common-licenses/MPL-2.0.\n\n' ;;
      *) fail "The licence of $name is not known here." ;;
    esac
  done
  printf 'License: Expat\n'
  sed -e '1,4d' -e 's/^$/./' -e 's/^/ /' LICENSE
  printf '\nComment: the bundled packages are listed, with their licences, in dependencies.md.\n'
} >"$work/copyright"
put 0644 "$work/copyright" "$doc/copyright"

mkdir -p "$package/DEBIAN"
printf '/etc/logrotate.d/notify-bot\n' >"$package/DEBIAN/conffiles"
for name in preinst postinst prerm postrm; do install -m 0755 "scripts/deploy/debian/$name" "$package/DEBIAN/$name"; done
# When postrm runs, no other file of the package is left.
sed -i -e '/^# crontabs\.sh$/r scripts/deploy/crontabs.sh' "$package/DEBIAN/postrm"
cat >"$package/DEBIAN/control" <<END
Package: notify-bot
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$package/usr" | cut -f 1)
Depends: nodejs (>= 20.19), systemd, dbus, init-system-helpers (>= 1.54), libc6 (>= 2.28), libgcc-s1
Recommends: cron | cron-daemon, logrotate, python3
Section: net
Priority: optional
Description: Telegram gateway of a shared server
 One bot token, many users, and no secrets in users' hands: programs send over
 HTTP on a unix socket, and the kernel says who is calling. What was accepted
 survives crashes, power cuts and outages of Telegram.
 .
 notify-runner runs people's notification scripts from cron and sends their
 results.
END
(cd "$package" && find usr etc -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$package" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$into"
file=$into/notify-bot_${version}_$architecture.deb
dpkg-deb --build --root-owner-group -Zxz "$package" "$file.new" >/dev/null
mv -f "$file.new" "$file"
say "$file"
