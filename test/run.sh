#!/bin/sh
# What `npm test` runs: installs what the tests need, then runs every suite. Nothing is skipped for want of a tool.
set -eu
cd "$(dirname "$0")/.."

# command:Debian package
needs='avr-gcc:gcc-avr avr-objcopy:binutils-avr simavr:simavr gcc:gcc avrdude:avrdude socat:socat mosquitto:mosquitto mosquitto_sub:mosquitto-clients chromium:chromium'
# file:Debian package
files='/usr/lib/avr/include/avr/io.h:avr-libc /usr/share/arduino/hardware/arduino/avr/boards.txt:arduino-core-avr /usr/include/simavr/sim_avr.h:libsimavr-dev /usr/include/libelf.h:libelf-dev'

missing() {
  PATH="$PATH:/usr/sbin"
  for need in $needs; do command -v "${need%%:*}" >/dev/null 2>&1 || echo "${need#*:}"; done
  for need in $files; do [ -e "${need%%:*}" ] || echo "${need#*:}"; done
}

packages=$(missing | sort -u | tr '\n' ' ')
if [ -n "$packages" ]; then
  if [ "$(id -u)" = 0 ]; then as=''; elif command -v sudo >/dev/null 2>&1; then as='sudo'; else
    echo "The tests need Debian packages that are not here. Install them, then try again: apt-get install $packages" >&2
    exit 2
  fi
  $as apt-get update -qq
  # shellcheck disable=SC2086 # a list of words
  DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

. src/shell/install.sh
PATH="$PWD/node_modules/.bin:$PATH" exec "$node" test/run.ts "$@"
