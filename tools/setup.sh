#!/bin/sh
# Make this clone ready to run: `make setup`. With `test`, also for the suite, the linters and the benchmarks.
# Each step leaves a stamp of what it was made from, so that a second run takes a fraction of a second.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}

say() { printf 'setup: %s\n' "$*"; }

find_python() {
    for each in python3.13 python3.12 python3.11 python3 python; do
        if "$each" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$each"
            return
        fi
    done
    echo "setup: Python 3.11 or later, with venv, is needed; on Debian or Ubuntu: apt-get install python3-venv" >&2
    exit 1
}

stamp_is() { [ -f ".venv/.stamp-$1" ] && [ "$(cat ".venv/.stamp-$1")" = "$2" ]; }

if ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(find_python)
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

run_is=$(cat requirements/run.txt tools/setup.sh | cksum)
test_is=$(cat requirements/run.txt requirements/test.txt tools/setup.sh | cksum)
install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "$@"; }

if [ "$what" = test ] && ! stamp_is test "$test_is"; then
    say "installing what CoP and its suite need (a minute or two, once)"
    install -r requirements/run.txt -r requirements/test.txt
    echo "$test_is" >.venv/.stamp-test
    echo "$run_is" >.venv/.stamp-run
elif ! stamp_is run "$run_is"; then
    say "installing what CoP needs (about a minute, once)"
    install -r requirements/run.txt
    echo "$run_is" >.venv/.stamp-run
fi

if [ ! -x .venv/bin/cop ]; then
    printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m cop "$@"\n' >.venv/bin/cop
    chmod +x .venv/bin/cop
fi

.venv/bin/python tools/assets.py
