"""All benchmarks, one after the other: `make bench`. Each prints its table, with floors measured in the same run."""

import subprocess
import sys

BENCHES = (
    "pages_bench",
    "search_bench",
    "finder_bench",
    "terms_bench",
    "suggestions_bench",
    "live_bench",
    "scale_bench",
)


def main() -> int:
    """Run them; the status is that of the first that failed."""
    status = 0
    for name in BENCHES:
        print(f"\n== {name}", flush=True)
        status = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode or status
    return status


if __name__ == "__main__":
    raise SystemExit(main())
