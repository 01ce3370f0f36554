#!/bin/sh
# Says why the Python named by $1 cannot make the virtual environment, if it cannot.
set -u

python=$1

refuse() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null ||
    refuse "$python was not found. Install Python 3.11 or later, or name one, as in 'make install PYTHON=/path/to/python3'."
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))') ||
    refuse "Python 3.11 or later is needed, but $python is ${version:-broken}. Name another, as in 'make install PYTHON=python3.12'."
"$python" -c 'import ensurepip' 2>/dev/null ||
    refuse "$python cannot make virtual environments. Install Debian's python$version-venv, or name another with PYTHON=."
