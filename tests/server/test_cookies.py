"""Two servers of one host keep their cookies apart."""

from http.cookies import SimpleCookie

import pytest

from webapp.server.http import PARTICIPANT, cookie_name


@pytest.mark.parametrize(
    ("host", "base", "name"),
    [
        ("localhost", "", "inkwise_participant"),
        ("localhost:8000", "", "inkwise_participant_8000"),
        ("[::1]:8001", "", "inkwise_participant_8001"),
        ("[::1]", "", "inkwise_participant"),
        ("site.example", "/demo/inkwise", "inkwise_participant.demo.inkwise"),
        ("site.example:8000;x=1", "", "inkwise_participant"),
    ],
)
def test_cookie_name_has_port_and_base_path(host, base, name):
    assert cookie_name(PARTICIPANT, host, base) == name


def join(client, host: str) -> tuple[str, str]:
    """Join as a new participant, and return the name and value of the cookie."""
    client.cookies.clear()
    response = client.post("/api/room/participants", headers={"Host": host})
    ((name, morsel),) = SimpleCookie(response.headers["Set-Cookie"]).items()
    return name, morsel.value


def participant_at(client, host: str, cookies: dict[str, str]) -> str | None:
    """Return the participant that the event loop's and Flask's endpoints both see."""
    client.cookies.clear()
    headers = {"Host": host, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    found = client.get("/api/room/state", headers=headers).json()["participant_id"]
    own = client.get("/api/room/me", headers=headers).json().get("id")
    assert found == own
    return found


def test_server_reads_only_the_cookie_of_its_port(asgi_client):
    first, second = join(asgi_client, "localhost:8000"), join(asgi_client, "localhost:8001")
    both = dict([first, second])
    assert len(both) == 2
    ids = [participant_at(asgi_client, host, both) for host in ("localhost:8000", "localhost:8001")]
    assert None not in ids
    assert ids[0] != ids[1]
    assert participant_at(asgi_client, "localhost:8000", dict([second])) is None
