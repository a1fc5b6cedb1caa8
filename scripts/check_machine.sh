#!/bin/sh
# Checks what a fresh machine needs before Segue is installed. Says in one sentence each what is
# missing, installs Debian packages itself when it runs as root, and prints the line otherwise.
# usage: check_machine.sh PYTHON FOLDER
set -u
python=$1
folder=$2
problems=0
packages=

complain() {
    echo "Segue: $*" >&2
    problems=1
}

need_package() {
    packages="$packages $1"
}

command -v "$python" >/dev/null 2>&1 || need_package python3
command -v g++ >/dev/null 2>&1 || need_package g++
command -v git >/dev/null 2>&1 || need_package git
if command -v "$python" >/dev/null 2>&1; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need_package python3-venv
    "$python" -c 'import os, sysconfig as s
raise SystemExit(not os.path.exists(os.path.join(s.get_paths()["include"], "Python.h")))' ||
        need_package python3-dev
fi

if [ -n "$packages" ]; then
    line="apt-get install -y --no-install-recommends$packages"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Segue: installing missing Debian packages: $line"
        # shellcheck disable=SC2086
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive $line; } >/dev/null ||
            complain "these packages could not be installed:$packages"
    else
        complain "some Debian packages are missing. Install them with:  sudo $line"
    fi
fi

if command -v "$python" >/dev/null 2>&1; then
    "$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' ||
        complain "Python 3.11 or newer is needed; $python is older. Name another: make PYTHON=..."
fi
free_kib=$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')
if [ ! -d "$folder/.venv" ] && [ "$free_kib" -lt 8388608 ]; then
    complain "8 GB of free disk are needed in $folder; there are $((free_kib / 1048576)) GB."
fi
exit "$problems"
