# Sourced by the scripts that must work on a fresh clone: leaves `$node`, this project's own Node, with all packages.
node=node_modules/node/bin/node

if [ ! -x "$node" ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo 'Makerhall: installing its packages (only now, a minute or so)' >&2
  # In the background, so that a signal reaches this shell at once and takes the installation along. Not `npm ci`: that
  # refuses a registry which does not carry every other platform's optional packages.
  npm install --no-save --no-audit --no-fund --loglevel=error >&2 &
  installing=$!
  trap 'kill "$installing" 2>/dev/null; exit 143' TERM INT
  wait "$installing"
  trap - TERM INT
fi

# Node keeps what it compiled and stripped of types here: starts take a third of the time, and processes less memory.
export NODE_COMPILE_CACHE="$PWD/build/compile-cache"
