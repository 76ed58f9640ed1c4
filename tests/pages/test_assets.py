"""Style, scripts and what others made: the very files, packed, kept by their hash, and light."""

import base64
import gzip
import hashlib
import re

import orjson
import pytest
import zstandard

from fieldsync.web.pages import assets

VENDOR = assets.STATIC / "vendor"
LISTED = orjson.loads((VENDOR / "vendor.json").read_bytes())
MOST_ON_THE_WIRE = 150_000


@pytest.fixture
def client(office):
    return office.app.test_client()


def test_vendored_files_are_what_their_makers_gave_out():
    found = {
        one.relative_to(VENDOR).as_posix(): "sha384-"
        + base64.b64encode(hashlib.sha384(one.read_bytes()).digest()).decode()
        for one in VENDOR.rglob("*")
        if one.is_file() and one.name != "vendor.json"
    }
    assert found == {f"{folder}/{name}": mark for folder, one in LISTED.items() for name, mark in one["files"].items()}
    for folder, one in LISTED.items():
        assert folder.endswith(f"-{one['version']}")
        assert (VENDOR / folder / "LICENSE.txt").stat().st_size > 200
        assert one["tarball"].startswith("sha512-")


def test_an_address_with_the_hash_is_kept_for_ever_another_is_asked_for_again(client):
    mark = assets.assets()["app.css"].mark
    kept = client.get(f"/assets/app.css?v={mark}")
    assert (kept.status_code, kept.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert kept.content_type == "text/css; charset=utf-8"
    for old in ("/assets/app.css", "/assets/app.css?v=0123"):
        assert client.get(old).headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/assets/app.css", headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_assets_are_packed_as_asked_for(client):
    plain = client.get("/assets/app.css").data
    zipped = client.get("/assets/app.css", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.data) == plain
    packed = client.get("/assets/app.css", headers={"Accept-Encoding": "gzip, zstd"})
    assert zstandard.ZstdDecompressor().decompress(packed.data) == plain
    assert "Accept-Encoding" in packed.headers["Vary"]
    picture = client.get("/assets/vendor/leaflet-1.9.4/images/layers.png", headers={"Accept-Encoding": "gzip"})
    assert (picture.content_type, picture.data[:4]) == ("image/png", b"\x89PNG")
    assert "Content-Encoding" not in picture.headers


@pytest.mark.parametrize("name", ["none.css", "../shell.py", "..%2fshell.py", "vendor/vendor.json", "", "app.css/"])
def test_nothing_else_is_given_out(client, name):
    assert client.get(f"/assets/{name}").status_code == 404


def test_pages_name_only_assets_that_are_there_with_their_integrity(coordinator, client):
    for path in ("/today", "/cases"):
        page = coordinator.page(path)
        found = re.findall(r'(?:src|href)="(/assets/[^"]+)"( integrity="([^"]+)")?', page)
        assert len(found) >= 3
        for address, _, integrity in found:
            answer = client.get(address.replace("&amp;", "&"))
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert bool(integrity) == ("/vendor/" in address)
            if integrity:
                assert integrity == "sha384-" + base64.b64encode(hashlib.sha384(answer.data).digest()).decode()


def test_the_first_page_is_light(coordinator, client, her_case):
    packed = {"Accept-Encoding": "gzip"}
    for path in ("/today", "/cases", f"/cases/{her_case}"):
        answer = coordinator.client.get(path, headers=packed)
        weight = len(answer.data)
        page = gzip.decompress(answer.data).decode()
        for address in set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)):
            weight += len(client.get(address.replace("&amp;", "&"), headers=packed).data)
        assert weight < MOST_ON_THE_WIRE / 2, (path, weight)
