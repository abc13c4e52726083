#!/bin/sh
# bakeoff in any CI: run, decide, write the reports, keep the exit code.
#
#     gate.sh [CONFIG [REVISION]]
#
# CONFIG is bakeoff.yaml unless named. With a REVISION, such as origin/main, only the suites run that the
# change since then touches (`touches:` in the config); an empty one means the whole run.
# Exit code: 0 pass, 1 fail, 2 bad input, 3 cannot tell, 4 the run is incomplete.
set -u

config="${1:-bakeoff.yaml}"
since="${2:-}"
reports="${BAKEOFF_REPORTS:-reports}"

set -- --fresh --quiet
if [ -n "$since" ]; then set -- "$@" --changed-since "$since"; fi
# The variable that your judge needs. It is empty where a fork may not see it: then the offline judge stands
# in, and the gate cannot tell (3) unless the config says allow_offline_judge.
if [ -z "${OPENAI_API_KEY:-}" ]; then set -- "$@" --judge offline; fi
code=0
bakeoff run "$config" "$@" || code=$?
case "$code" in
    0 | 4) ;; # 4: answers are missing; the gate says so, and may have seen a failure already
    *) exit "$code" ;;
esac

set -- --table --out "$reports/gate.md" --out "$reports/gate.xml" --out "$reports/gate.json"
if [ -n "$since" ]; then set -- "$@" --pre-merge; fi
bakeoff gate "$config" "$@"
