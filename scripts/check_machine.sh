#!/bin/sh
# Checks what a fresh machine needs before Segue is installed. Says in one sentence each what is
# missing, installs Debian packages itself when it runs as root, and prints the line otherwise.
# usage: check_machine.sh PYTHON FOLDER [test]
# With "test" also for what the tests of the window need: a screen, a window manager, a sound
# server and a session bus, none of them real.
set -u
python=$1
folder=$2
purpose=${3:-run}
problems=0
packages=

complain() {
    echo "Segue: $*" >&2
    problems=1
}

need_package() {
    packages="$packages $1"
}

need_library() { # SONAME PACKAGE
    PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q "$1 " || need_package "$2"
}

need_command() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || need_package "$2"
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

# What Qt draws, plays and talks with; a desktop has it all.
if [ "$(uname)" = Linux ] && [ -e /etc/debian_version ]; then
    need_library libGL.so.1 libgl1
    need_library libEGL.so.1 libegl1
    need_library libglib-2.0.so.0 libglib2.0-0
    need_library libdbus-1.so.3 libdbus-1-3
    need_library libfontconfig.so.1 libfontconfig1
    need_library libxkbcommon.so.0 libxkbcommon0
    need_library libxkbcommon-x11.so.0 libxkbcommon-x11-0
    need_library libpulse.so.0 libpulse0
    need_library libbrotlidec.so.1 libbrotli1
    need_library libXext.so.6 libxext6
    need_library libXrandr.so.2 libxrandr2
    need_library libdrm.so.2 libdrm2
    need_library libxcb-cursor.so.0 libxcb-cursor0
    need_library libxcb-icccm.so.4 libxcb-icccm4
    need_library libxcb-keysyms.so.1 libxcb-keysyms1
    need_library libxcb-xkb.so.1 libxcb-xkb1
    need_library libxcb-shape.so.0 libxcb-shape0
    if [ "$purpose" = test ]; then
        need_command Xvfb xvfb
        need_command openbox openbox
        need_command xdotool xdotool
        need_command pulseaudio pulseaudio
        need_command pactl pulseaudio-utils
        need_command dbus-run-session dbus
        need_command gdbus libglib2.0-bin
        need_command desktop-file-validate desktop-file-utils
        need_command appstreamcli appstream
    fi
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
