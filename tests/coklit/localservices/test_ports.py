import socket

import pytest

from coklit.localservices.ports import HOST, NoFreePort, answers, free_port, in_use

pytestmark = pytest.mark.unit


@pytest.fixture
def listener():
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


def test_free_port_gives_the_preferred_one():
    wished = free_port()
    assert free_port(wished) == wished


def test_free_port_steps_around_a_listener(listener):
    assert listener < free_port(listener) < listener + 100


def test_free_port_steps_around_promised_ports():
    wished = free_port()
    assert free_port(wished, avoid={wished}) > wished


def test_free_port_gives_up_with_a_reason(listener):
    with pytest.raises(NoFreePort, match=f"Ports {listener} to"):
        free_port(listener, avoid=range(listener, listener + 100))


def test_port_of_a_listener_is_in_use_and_answers(listener):
    assert in_use(listener)
    assert answers(listener)


def test_port_of_nobody_is_free_and_silent():
    port = free_port()
    assert not in_use(port)
    assert not answers(port)
