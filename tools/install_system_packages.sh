#!/bin/sh
# Installs the system packages that the tests need. Where it cannot, it says which are missing and continues.
set -u
cd "$(dirname "$0")/../static_web"

find_missing() {
    ../.venv/bin/python -c 'import pyodbc' 2>/dev/null || echo unixodbc
    command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null ||
        command -v google-chrome >/dev/null || [ -x "$(playwrights_own)" ] || echo chromium-headless-shell
}

playwrights_own() { node -p 'require("playwright-core").chromium.executablePath()'; }

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

missing=$(find_missing)
[ -n "$missing" ] || exit 0

if may_install; then
    echo "Installing for the tests:" $missing
    apt-get update -qq && for package in $missing; do
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
    done
fi
case $(find_missing) in *chromium*) npx --no-install playwright-core install chromium ;; esac

missing=$(find_missing)
[ -z "$missing" ] || echo "Some tests will be skipped. Install the missing packages: sudo apt-get install" $missing >&2
