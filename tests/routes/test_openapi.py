"""/openapi.json describes every route."""

import re

import pytest

from webapp.routes.openapi import build


def references(value) -> set[str]:
    """Return every $ref inside `value`."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references, value.values()))
    return set()


def test_openapi_is_served(client, app):
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert response.json == build(app)
    assert response.json["openapi"].startswith("3.1")


def test_openapi_describes_every_route(app):
    methods: dict[str, set[str]] = {}  # path -> methods
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            methods.setdefault(path, set()).update(map(str.lower, rule.methods - {"HEAD", "OPTIONS"}))
    paths = build(app)["paths"]
    assert {path: set(operations) for path, operations in paths.items()} == methods
    assert all(operation["summary"] for operations in paths.values() for operation in operations.values())


def test_openapi_rejects_a_route_without_description(app):
    app.add_url_rule("/secret", "secret", lambda: "")
    with pytest.raises(AttributeError, match="description"):
        build(app)


def test_openapi_references_resolve(app):
    document = build(app)
    names = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= names


def test_openapi_names_every_path_parameter(app):
    for path, operations in build(app)["paths"].items():
        for operation in operations.values():
            named = {item["name"] for item in operation["parameters"] if item["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_openapi_lists_statuses_of_predict(app, client):
    operation = build(app)["paths"]["/api/predict"]["post"]
    for data, kind in (
        (b"\x01" * 784, "application/octet-stream"),
        (b"", "application/json"),
        (b"", "text/plain"),
    ):
        status = client.post("/api/predict", data=data, content_type=kind).status_code
        assert str(status) in operation["responses"]
