"""What the pages fetch beside themselves: style, scripts, vendored libraries; read once, packed once, kept by browsers.

An address that names the hash of the content may be kept for ever; without it, a browser asks again. Nothing is built
and nothing comes from elsewhere.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson
import zstandard
from flask import Blueprint, Response, request, url_for

from fieldsync.web.gate import permission
from fieldsync.web.problems import Problem

STATIC = Path(__file__).parent / "static"
VENDOR = "vendor"
HASH_CHARACTERS = 12
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=300"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its content plain and packed (None where packing gains nothing), its hash, its type."""

    plain: bytes
    gzip: bytes | None
    zstd: bytes | None
    mark: str
    kind: str


@cache
def assets() -> dict[str, Asset]:
    """Return all files that are served, by their path below the folder."""
    paths = sorted(one for one in STATIC.rglob("*") if one.suffix in _KINDS)
    return {one.relative_to(STATIC).as_posix(): _read(one) for one in paths}


def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    mark = hashlib.sha256(plain).hexdigest()[:HASH_CHARACTERS]
    if path.suffix == ".png":
        return Asset(plain, None, None, mark, _KINDS[path.suffix])
    packed = zstandard.ZstdCompressor(level=19).compress(plain)
    return Asset(plain, gzip.compress(plain, 9, mtime=0), packed, mark, _KINDS[path.suffix])


def address(name: str) -> str:
    """Return the address of a file, with the hash of its content.

    Raises:
        KeyError: there is no such file.
    """
    return url_for("assets.show", name=name, v=assets()[name].mark)


@cache
def vendored() -> dict[str, str]:
    """Return the integrity (``sha384-…``) of every vendored file, by its path below the folder."""
    listed = orjson.loads((STATIC / VENDOR / "vendor.json").read_bytes())
    return {f"{VENDOR}/{folder}/{name}": mark for folder, one in listed.items() for name, mark in one["files"].items()}


@blueprint.get("/assets/<path:name>")
@permission("public")
def show(name: str) -> Response:
    """Give a file."""
    found = assets().get(name)
    if found is None:
        raise Problem(404, "not-found")
    response = Response(content_type=found.kind)
    response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == found.mark else ASK_AGAIN
    response.set_etag(found.mark)
    wanted = request.accept_encodings
    if found.zstd is not None and wanted.quality("zstd") > 0:
        response.set_data(found.zstd)
        response.headers["Content-Encoding"] = "zstd"
    elif found.gzip is not None and wanted.quality("gzip") > 0:
        response.set_data(found.gzip)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.set_data(found.plain)
    response.make_conditional(request)
    return response
