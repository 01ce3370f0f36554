#!/bin/sh
# Installs the Debian packages that development needs and this machine lacks; without root it says which they are.
set -eu

finds_library() { python3 -c "import ctypes.util, sys; sys.exit(not ctypes.util.find_library('$1'))"; }

missing=""
python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
finds_library odbc || missing="$missing unixodbc"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
else
    echo "These packages are missing (python3-venv for everything, unixodbc for SQL Server and its tests):$missing" >&2
fi
