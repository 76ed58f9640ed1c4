"""Encoded bodies: what unpacks to the whole is taken, anything else is refused before it costs memory."""

import gzip
import tracemalloc
import zlib

import pytest
import zstandard
from flask import Flask

from fieldsync.web.bodies import read_json
from fieldsync.web.problems import Problem

DOCUMENT = {"nama": "Siti " * 50, "umur": [27, 27.5, None, True]}
TEXT = b'{"nama": "%s", "umur": [27, 27.5, null, true]}' % (b"Siti " * 50)
LIMIT = 4096
MIB = 1024 * 1024


def zstd(body: bytes, **how) -> bytes:
    return zstandard.ZstdCompressor(**how).compress(body)


def zstd_streamed(body: bytes) -> bytes:
    """Pack without telling the size in front, as a tablet does that streams."""
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    return packer.compress(body) + packer.flush()


def deflate(body: bytes, window: int) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, window)
    return packer.compress(body) + packer.flush()


def read(body: bytes, encoding: str | None, *, sent: int = LIMIT, unpacked: int = LIMIT):
    headers = {"Content-Encoding": encoding} if encoding is not None else {}
    kind = "application/json"
    with Flask(__name__).test_request_context("/", method="POST", data=body, headers=headers, content_type=kind):
        return read_json(sent, unpacked)


def refused(*given, **limits) -> int:
    with pytest.raises(Problem) as caught:
        read(*given, **limits)
    return caught.value.status


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, None),
        (TEXT, ""),
        (TEXT, "identity"),
        (gzip.compress(TEXT, mtime=0), "gzip"),
        (gzip.compress(TEXT, 0, mtime=0), "gzip"),
        (gzip.compress(TEXT, mtime=0), "GZIP"),
        (gzip.compress(TEXT, mtime=0), " gzip "),
        (zstd(TEXT), "zstd"),
        (zstd(TEXT, level=19), "zstd"),
        (zstd(TEXT, write_checksum=True), "zstd"),
        (zstd(TEXT, write_content_size=False), "zstd"),
        (zstd_streamed(TEXT), "zstd"),
    ],
)
def test_a_whole_body_is_read_and_its_text_handed_on(body, encoding):
    assert read(body, encoding) == (DOCUMENT, TEXT)


@pytest.mark.parametrize(
    "encoding", ["br", "deflate", "x-rubbish", "gzip, zstd", "gzip,gzip", "*", "gzip;q=1", "gz ip"]
)
def test_an_unknown_encoding_is_refused(encoding):
    assert refused(TEXT, encoding) == 415


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 20, 60])
@pytest.mark.parametrize(("encoding", "packed"), [("gzip", gzip.compress(TEXT, mtime=0)), ("zstd", zstd(TEXT))])
def test_a_body_that_broke_off_is_refused(encoding, packed, cut):
    assert refused(packed[:-cut], encoding) == 400
    assert refused(packed[:cut], encoding) == 400


@pytest.mark.parametrize("rubbish", [b"\0", b"rubbish", b"{}", gzip.compress(TEXT, mtime=0), zstd(TEXT)])
@pytest.mark.parametrize(("encoding", "packed"), [("gzip", gzip.compress(TEXT, mtime=0)), ("zstd", zstd(TEXT))])
def test_nothing_may_follow_the_end(encoding, packed, rubbish):
    assert refused(packed + rubbish, encoding) == 400


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, "gzip"),
        (TEXT, "zstd"),
        (b"", "gzip"),
        (b"", "zstd"),
        (b"", None),
        (gzip.compress(TEXT, mtime=0), "zstd"),
        (zstd(TEXT), "gzip"),
        (gzip.compress(TEXT, mtime=0), None),
        (gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0), "gzip"),
        (gzip.compress(b"", mtime=0), "gzip"),
        (zstd(b""), "zstd"),
        (deflate(TEXT, 15), "gzip"),
        (deflate(TEXT, -15), "gzip"),
        (b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd", "zstd"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_what_is_not_what_it_says_is_refused(body, encoding):
    assert refused(body, encoding) == 400


@pytest.mark.parametrize(
    ("encoding", "packed"), [("gzip", gzip.compress(TEXT, mtime=0)), ("zstd", zstd(TEXT, write_checksum=True))]
)
def test_a_flipped_bit_is_noticed(encoding, packed):
    for at in range(len(packed)):
        spoilt = packed[:at] + bytes([packed[at] ^ 0x10]) + packed[at + 1 :]
        assert _outcome(spoilt, encoding) in (400, 413, (DOCUMENT, TEXT))  # some bits mean nothing, as the time


def _outcome(body: bytes, encoding: str):
    try:
        return read(body, encoding)
    except Problem as problem:
        return problem.status


@pytest.mark.parametrize(("encoding", "pack"), [(None, bytes), ("gzip", gzip.compress), ("zstd", zstd)])
def test_the_limit_counts_to_the_byte(encoding, pack):
    exact = b'"' + b"a" * (LIMIT - 2) + b'"'
    assert read(pack(exact), encoding, sent=2 * LIMIT)[1] == exact
    assert refused(pack(exact + b" "), encoding, sent=2 * LIMIT) == 413


def test_the_limit_as_sent_counts_to_the_byte():
    packed = gzip.compress(TEXT, mtime=0)
    assert read(packed, "gzip", sent=len(packed))[1] == TEXT
    assert refused(packed, "gzip", sent=len(packed) - 1) == 413


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(bytes(200 * MIB), 6, mtime=0)),
        ("zstd", zstd(bytes(200 * MIB))),
        ("zstd", zstd_streamed(bytes(200 * MIB))),
    ],
    ids=["gzip", "zstd", "zstd streamed"],
)
def test_a_bomb_costs_no_more_memory_than_its_limit(encoding, bomb):
    assert len(bomb) * 1000 < 250 * MIB
    tracemalloc.start()
    try:
        assert refused(bomb, encoding, sent=5 * MIB, unpacked=MIB) == 413
        assert tracemalloc.get_traced_memory()[1] < 10 * MIB
    finally:
        tracemalloc.stop()
