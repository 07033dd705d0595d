"""CPU seconds of process trees, by lines as the kernel writes them and by real children."""

import os
import subprocess
import sys

import pytest

from bench.cpu import Usage, cpu_seconds, ticks_below, usage_of

pytestmark = pytest.mark.unit

LINE = "4242 (a (b) c) S 17 4242 4242 0 -1 4194560 900 0 0 0 30 12 5 1 20 0 4 0 100 1000 200 0"
TREE = {1: Usage(0, 1), 2: Usage(1, 10), 3: Usage(2, 100), 4: Usage(3, 1000), 5: Usage(1, 10_000)}


def test_name_may_hold_blanks_and_brackets():
    assert usage_of(LINE) == Usage(parent=17, ticks=30 + 12 + 5 + 1)


def test_everything_below_a_root_counts():
    assert ticks_below(TREE, [2]) == 1110


def test_a_root_below_another_root_counts_once():
    assert ticks_below(TREE, [3, 2, 2]) == 1110


def test_a_root_that_is_gone_counts_nothing():
    assert ticks_below(TREE, [99]) == 0


def test_a_child_that_ended_is_counted_by_its_parent():
    before = cpu_seconds([os.getpid()])
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.2: pass"], check=True)
    assert cpu_seconds([os.getpid()]) - before >= 0.15
