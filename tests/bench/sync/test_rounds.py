"""Turns of several sides, and what their runs say together."""

import pytest

from bench.sync.rounds import busy, cpu_per_1000, per_second, rounds, told
from bench.sync.sides import Run

pytestmark = pytest.mark.unit


def run(*, seconds=1.0, cpu=1.0):
    return Run(results=2000, seconds=seconds, cpu=cpu, sender_cpu=0.2, latencies=[])


def test_each_side_has_its_turn_and_another_begins_every_round():
    turns = []

    def side(name):
        def work():
            turns.append(name)
            return run()

        return work

    runs = rounds({name: side(name) for name in "abc"}, times=3)
    assert "".join(turns) == "abcbcacab"
    assert {name: len(found) for name, found in runs.items()} == {"a": 3, "b": 3, "c": 3}


def test_figures_are_medians():
    runs = [run(seconds=1, cpu=4), run(seconds=2, cpu=1), run(seconds=10, cpu=2)]
    assert per_second(runs) == 1000
    assert cpu_per_1000(runs) == 1
    assert told("ours", runs).startswith("ours 1,000 (200-2,000) results/s, 1.0000 (0.5000-2.0000) CPU s per 1,000")


def test_busy_is_the_share_of_all_cores():
    assert busy(run(seconds=1, cpu=1.4), cores=2, with_sender=True) == pytest.approx(0.8)
    assert busy(run(seconds=1, cpu=1.4), cores=2, with_sender=False) == pytest.approx(0.7)
