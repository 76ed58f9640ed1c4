"""Bodies in and out: sizes, types and encodings, before a single byte is believed.

Compressed bodies are unpacked piece by piece, so that a bomb costs no more memory
than the limit; answers are packed the way the client asked for.
"""

import zlib
from typing import Any

import zstandard
from flask import Request, Response, g, request

from fieldsync.web.problems import Problem
from fieldsync.web.strict_json import NotJson, read

WINDOW_GZIP = 31
LEVEL = 5
FIRST_LEVEL = 9  # a first sync goes over a bad line for minutes: there every byte costs more than our time
SMALLEST = 860
MAX_WINDOW_ZSTD = 8 * 1024 * 1024


def read_json(longest: int, longest_unpacked: int) -> tuple[Any, bytes]:
    """Return the decoded JSON body of the present request, and its text.

    Raises:
        Problem: 415 for another type or encoding, 413 beyond the limits, 400 for what can't be read.
    """
    _require_json(request)
    body = _unpacked(_sent(longest), longest_unpacked)
    try:
        return read(body), body
    except NotJson as error:
        raise Problem(400, "malformed", f"The body is no JSON that this server takes: {error.reason}.") from error


def _require_json(incoming: Request) -> None:
    if incoming.mimetype != "application/json":
        raise Problem(415, "unsupported-media", "Content-Type must be application/json.")
    charset = incoming.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise Problem(415, "unsupported-media", "JSON is UTF-8.")


def _too_large(limit: int, what: str) -> Problem:
    return Problem(413, "too-large", f"At most {limit} bytes {what}.", limit_bytes=limit)


def _sent(longest: int) -> bytes:
    if (request.content_length or 0) > longest:
        raise _too_large(longest, "as sent")
    try:
        # Without a length the body is chunked; one byte more than allowed tells.
        body: bytes = (
            request.stream.read(longest + 1) if request.content_length is None else request.get_data(cache=False)
        )
    except Problem:
        raise
    except Exception as error:  # the server's own parser raises its own kinds for a broken chunk or a cut line
        raise Problem(400, "malformed", "The body broke off or its framing is wrong.") from error
    if len(body) > longest:
        raise _too_large(longest, "as sent")
    if request.content_length is not None and len(body) != request.content_length:
        raise Problem(400, "malformed", "The body broke off.")
    return body


def _unpacked(body: bytes, longest: int) -> bytes:
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        unpacked = body
    elif encoding == "gzip":
        unpacked = _gunzipped(body, longest)
    elif encoding == "zstd":
        unpacked = _unzstd(body, longest)
    else:
        raise Problem(415, "unsupported-media", "Content-Encoding may be gzip or zstd.")
    if len(unpacked) > longest:
        raise _too_large(longest, "decompressed")
    return unpacked


def _gunzipped(body: bytes, longest: int) -> bytes:
    unpacker = zlib.decompressobj(WINDOW_GZIP)
    try:
        unpacked = unpacker.decompress(body, longest + 1)
    except zlib.error as error:
        raise Problem(400, "malformed", "The body is no gzip.") from error
    if len(unpacked) > longest:
        raise _too_large(longest, "decompressed")
    if not unpacker.eof or unpacker.unused_data:
        raise Problem(400, "malformed", "The gzip stream broke off or has something after its end.")
    return unpacked


def _unzstd(body: bytes, longest: int) -> bytes:
    decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_ZSTD)
    try:
        with decompressor.stream_reader(body) as reader:
            if len(reader.read(longest + 1)) > longest:
                raise _too_large(longest, "decompressed")
        # Now that its size is known to be bearable, a second reading tells whether the frame is whole.
        whole = decompressor.decompressobj()
        unpacked: bytes = whole.decompress(body)
    except zstandard.ZstdError as error:
        raise Problem(400, "malformed", "The body is no zstd.") from error
    if not whole.eof or whole.unused_data:
        raise Problem(400, "malformed", "The zstd stream broke off or has something after its end.")
    return unpacked


def pack(response: Response) -> Response:
    """Pack an answer as the client asked for; small or already packed ones stay."""
    response.headers.setdefault("Vary", "Accept-Encoding")
    if response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    wanted = request.accept_encodings
    if wanted.quality("zstd") > wanted.quality("gzip"):
        response.set_data(zstandard.ZstdCompressor(level=3).compress(body))
        response.headers["Content-Encoding"] = "zstd"
    elif wanted.quality("gzip") > 0:
        response.set_data(_gzipped(body, g.get("level", LEVEL)))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _gzipped(body: bytes, level: int) -> bytes:
    # Numbers, dates and ids have matches of four or five digits everywhere: to write them costs more than the digits.
    packer = zlib.compressobj(level, zlib.DEFLATED, WINDOW_GZIP, strategy=zlib.Z_FILTERED)
    return packer.compress(body) + packer.flush()
