#!/bin/sh
# Inserts the rows of a synthetic heap once by goheap's exporter and once by a C loop, and prints both.
# Usage: bench/rows/run.sh [OBJECTS]   (needs gcc; the C loop is compiled against the SQLite that better-sqlite3 brings)
set -eu
cd "$(dirname "$0")/../.."
objects=${1:-2000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sqlite=node_modules/better-sqlite3
npx tsc -p tsconfig.json --noEmit false --outDir "$work/dist" >/dev/null 2>&1 || true # errors elsewhere do not matter here
mkdir -p "$work/formats/sqlite"
cp formats/sqlite/schema.sql "$work/formats/sqlite/"
cp package.json "$work/"
ln -s "$PWD/node_modules" "$work/node_modules"
gcc -O2 -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_THREADSAFE=2 -DSQLITE_DQS=0 -DSQLITE_OMIT_SHARED_CACHE -I$sqlite/deps/sqlite3 \
  -o "$work/c-loop" bench/rows/c-loop.c $sqlite/deps/sqlite3/sqlite3.c -lm -lpthread -ldl
for round in 1 2; do
  rm -f "$work"/*.db
  echo "== goheap, round $round"
  node "$work/dist/bench/rows/export-rows.js" "$objects" "$work/goheap.db"
  echo "== C loop, round $round"
  "$work/c-loop" "$work/goheap.db" "$work/c.db"
done
