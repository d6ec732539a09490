"""Another process writes for long, as an import may: a server that is started meanwhile comes up and serves pages."""

import urllib.request

from cop.core.db import unit_of_work

LESS_THAN_THE_WAIT_FOR_A_LOCK = 10


def test_a_server_comes_up_and_serves_while_the_database_is_held(server, village, topic):
    server.stop()
    with server.connected(), unit_of_work():
        server.start()
        with urllib.request.urlopen(f"{server.url}{topic.url}", timeout=LESS_THAN_THE_WAIT_FOR_A_LOCK) as answer:
            assert "In two groups, ten minutes each." in answer.read().decode()
