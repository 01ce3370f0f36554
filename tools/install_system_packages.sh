#!/bin/sh
# Installs the Debian packages that development needs and this machine lacks; without root it says which they are.
set -eu

missing=""
python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
ldconfig -p | grep -q 'libodbc\.so\.2' || missing="$missing unixodbc"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
else
    echo "Please install these packages first:$missing" >&2
    exit 1
fi
