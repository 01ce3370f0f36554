#!/bin/sh
# Makes sure that the browser tests find a Chromium: Debian's package, or Playwright's own where there is none.
set -eu

command -v chromium >/dev/null && exit 0
[ -n "${CHROMIUM:-}" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing chromium"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
cd "$(dirname "$0")/../static_web"
npx --no-install playwright-core install chromium
