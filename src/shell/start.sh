#!/bin/sh
# What `npm start` runs: brings a fresh clone to the point where its own Node can take over, then becomes the product.
set -eu
cd "$(dirname "$0")/../.."
. src/shell/install.sh
exec "$node" src/shell/main.ts "$@"
