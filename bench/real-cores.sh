#!/bin/bash
# Dumps two programs of others whose heaps are rich in pointers, and leaves OUT/<target>/{exe,core}, for `npm run bench -- CORE`.
# Usage: OUT=/tmp/cores bench/real-cores.sh [tsc] [gopls]   (no target: both)
# tsc: TypeScript's native compiler, from npm, stripped as its makers ship it, watching this checkout; some 3 M objects, 18 M pointers.
# gopls: Go's language server, built through the module proxy, with its own sources opened.
# Needs what fixtures/make-cores.sh needs: go, and kernel.core_pattern = core. A core shows this machine's paths.
CHECKOUT=$(cd "$(dirname "$0")/.." && pwd)
ROOT=${OUT:-/tmp/goheap-cores}
TSC=7.0.2 GOPLS=v0.23.0
QUIET=12 # seconds without work, after which a program has what it keeps
set -e
ulimit -c unlimited
export GOTRACEBACK=crash

# What a process and the children it waited for have used so far, in clock ticks.
ticks() { awk '{print $14 + $15 + $16 + $17}' "/proc/$1/stat"; }

# Waits until a file has a text and the process rests, then has the kernel dump it into the current folder as `core`.
dump() { # pid file text
  local last=0 rest=0
  until grep -qs "$3" "$2"; do sleep 1; kill -0 "$1"; done
  while [ $rest -lt $QUIET ]; do
    sleep 1
    local now=$(ticks "$1")
    if [ $((now - last)) -lt 10 ]; then rest=$((rest + 1)); else rest=0; fi
    last=$now
  done
  kill -ABRT "$1"
  wait "$1" || true
  [ -f core ] || mv core.* core
  ls -l "$PWD/core"
}

tsc() {
  npm install --silent --no-save --prefix npm "typescript@$TSC"
  cp -r npm/node_modules/@typescript/typescript-linux-*/lib lib # the compiler looks for its declarations beside itself
  ln lib/tsc exe
  lib/tsc -p "$CHECKOUT/tsconfig.json" --noEmit --watch >out 2>&1 &
  dump $! out 'Watching for file changes'
  rm -r npm lib out
}

gopls() {
  GOBIN=$PWD go install "golang.org/x/tools/gopls@$GOPLS"
  mv gopls exe
  cp -r "$(go env GOMODCACHE)/golang.org/x/tools/gopls@$GOPLS" project && chmod -R u+w project
  mkfifo in
  ./exe <in >out 2>&1 &
  exec 3>in
  request "\"id\":1,\"method\":\"initialize\",\"params\":{\"processId\":null,\"rootUri\":\"file://$PWD/project\",\"capabilities\":{}}"
  request '"method":"initialized","params":{}'
  dump $! out 'Finished loading packages'
  exec 3>&-
  rm -r project in out
}
request() { # what a message of the language server protocol has behind its version
  local body="{\"jsonrpc\":\"2.0\",$1}"
  printf 'Content-Length: %d\r\n\r\n%s' ${#body} "$body" >&3
}

for target in ${*:-tsc gopls}; do
  rm -rf "${ROOT:?}/$target" && mkdir -p "$ROOT/$target"
  (cd "$ROOT/$target" && $target)
done
