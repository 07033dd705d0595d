"""`python -m bench [--only import,rebuild]`: measure, print a table, write bench/results.json."""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.figure import Figure
from bench.ground import Ground, Scale, standing_ground
from bench.machine import ROOT, commit, machine, server_settings

# Figure -> the module that measures it. Imported when the settings stand: models cannot be before.
MEASURED_BY = {
    "import.csv": "bench.importing",
    "import.growth": "bench.importing",
    "import.xlsx": "bench.importing",
    "import.memory": "bench.importing",
    "export.csv": "bench.exporting",
    "export.xlsx": "bench.exporting",
    "export.memory": "bench.exporting",
    "rebuild.full": "bench.rebuilding",
    "dashboard.freshness": "bench.freshness",
    "dashboard.queries": "bench.queries",
    "sync.throughput": "bench.sync.throughput",
    "sync.cpu": "bench.sync.throughput",
    "sync.cpu_vs_drf": "bench.sync.throughput",
    "sync.p95": "bench.sync.throughput",
    "sync.growth": "bench.sync.growth",
    "demo.cold": "bench.demo",
    "demo.warm": "bench.demo",
}
# Files go both ways: who measures those that come in measures those that leave as well.
TOGETHER = {"import": "export"}
FULL = Scale(voters=1_000_000, times=5, uploads=24)


def main() -> int:
    """0, or 1 where a figure of a full-size run misses its limit."""
    options = _options()
    modules = _chosen(options.only)
    scale = Scale(options.voters, options.times, options.uploads, not options.plain)
    found: list[Figure] = []
    with standing_ground(options.place.resolve()) as ground:
        print(f"{machine()}\n{server_settings(ground.superuser_url)}\ncommit {commit()}\n", flush=True)
        found = [figure for module in modules for figure in _measured(module, ground, scale)]
        rows = [{**figure.row, "note": f"{figure.row['note']}; {machine()}; commit {commit()}"} for figure in found]
        options.out.write_text(json.dumps(_with_earlier(options.out, rows), indent=2) + "\n", encoding="utf-8")
    if not found:
        return 130  # Ctrl-C: the services are stopped, nothing was written
    return int(scale == FULL and not all(figure.kept for figure in found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", default="", metavar="NAMES", help=f"of {', '.join(MEASURED_BY)}, or beginnings of them"
    )
    parser.add_argument("--voters", type=int, default=FULL.voters, help="size of the list (default %(default)s)")
    parser.add_argument("--times", type=int, default=FULL.times, help="rounds of ours and floor (default %(default)s)")
    parser.add_argument(
        "--uploads", type=int, default=FULL.uploads, help="of dashboard.freshness (default %(default)s)"
    )
    parser.add_argument("--plain", action="store_true", help="sync: send uploads as they are, not as gzip")
    parser.add_argument(
        "--place", type=Path, default=ROOT / ".local" / "bench", help="where servers and files are kept"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results.json", help="default %(default)s")
    return parser.parse_args()


def _chosen(only: str) -> Sequence[str]:
    """The modules to run, each once, in the table's order."""
    beginnings = [word.strip() for word in only.split(",") if word.strip()] or [""]
    for word in beginnings:
        if not any(name.startswith(word) for name in MEASURED_BY):
            sys.exit(f"--only: no figure is called {word!r}. There are: {', '.join(MEASURED_BY)}.")
    beginnings += [TOGETHER[word] for word in beginnings if word in TOGETHER]
    names = [name for name in MEASURED_BY if name.startswith(tuple(beginnings))]
    return list(dict.fromkeys(MEASURED_BY[name] for name in names))


def _with_earlier(out: Path, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """These rows and those of figures that were not measured this time, in the table's order."""
    earlier = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
    known = {row["name"]: row for row in [*earlier, *rows]}
    return [known[name] for name in MEASURED_BY if name in known]


def _measured(module: str, ground: Ground, scale: Scale) -> list[Figure]:
    found: list[Figure] = import_module(module).figures(ground, scale)
    for figure in found:
        floor = "-" if figure.floor is None else f"{figure.floor:,.2f}"
        ratio = "-" if figure.ratio is None else f"{figure.ratio:.2f}"
        limit = f"{figure.limit} {'kept' if figure.kept else 'MISSED'}"
        print(f"{figure.name:<20} {figure.value:>12,.2f} {figure.unit:<8} floor {floor:>12}  ratio {ratio:>5}  {limit}")
        print(f"    {figure.note}", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
