"""A headless Chromium, spoken to over its DevTools pipe: opens pages, clicks, takes pictures, counts bytes.

Nothing but the browser is needed. It also hears what the page's policy (CSP) and scripts complain of.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-gpu", "--hide-scrollbars", "--lang=id"),
    "--remote-debugging-pipe",
)
PATIENCE_S = 20


def program() -> str | None:
    """Return where Chromium is; None when it is not installed."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


class Browser:
    """One tab."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.reports: list[str] = []
        self.bytes = 0
        self.requests: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Audits"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method of the protocol and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": arguments}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writer, json.dumps(message).encode() + b"\0")
        while True:
            got = self._next()
            if got.get("id") == self._number:
                if "error" in got:
                    raise RuntimeError(f"{method}: {got['error']['message']}")
                return got["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            piece = os.read(self._reader, 1 << 20)
            if not piece:
                raise RuntimeError("the browser is gone")
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\0")
        got: dict[str, Any] = json.loads(line)
        self._hear(got.get("method"), got.get("params", {}))
        return got

    def _hear(self, method: str | None, told: dict[str, Any]) -> None:
        if method == "Network.loadingFinished":
            self.bytes += int(told["encodedDataLength"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.reports.append(f"{told['entry']['source']}: {told['entry']['text']}")
        elif method == "Runtime.exceptionThrown":
            self.reports.append(f"script: {told['exceptionDetails'].get('exception', {}).get('description', '')[:300]}")
        elif method == "Audits.issueAdded" and told["issue"]["code"] == "ContentSecurityPolicyIssue":
            self.reports.append(f"policy: {json.dumps(told['issue']['details'])[:300]}")

    def open(self, url: str) -> None:
        """Go to an address and wait until the page is loaded."""
        self.call("Page.navigate", url=url)
        self.settle()

    def settle(self) -> None:
        """Wait until the present page is loaded."""
        time.sleep(0.15)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                if self.run("document.readyState") == "complete":
                    time.sleep(0.25)
                    self.run("1")
                    return
            except RuntimeError:
                pass
            time.sleep(0.05)
        raise RuntimeError("the page did not load")

    def run(self, script: str) -> Any:
        """Return what an expression in the page comes to."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise RuntimeError(str(done["exceptionDetails"].get("exception", {}).get("description"))[:400])
        return done["result"].get("value")

    def type(self, selector: str, text: str) -> None:
        """Fill in a field."""
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Click what a selector finds, and wait for what comes of it."""
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.settle()

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """Take a screen of this size."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """Take a picture of the page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a browser while the block lasts.

    Raises:
        RuntimeError: there is none.
    """
    found = program()
    if found is None:
        raise RuntimeError("Chromium is not installed")
    to_reader, to_writer = os.pipe()
    from_reader, from_writer = os.pipe()
    with tempfile.TemporaryDirectory(prefix="fieldsync-browser-") as home:
        # The browser reads its descriptor 3 and writes to 4; a shell puts them there.
        command = [
            "sh",
            "-c",
            f'exec "$0" "$@" 3<&{to_reader} 4>&{from_writer}',
            found,
            *FLAGS,
            f"--user-data-dir={home}",
        ]
        process = subprocess.Popen(
            command, pass_fds=(to_reader, from_writer), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_reader)
        os.close(from_writer)
        try:
            yield Browser(from_reader, to_writer)
        finally:
            process.terminate()
            process.wait(timeout=10)
            os.close(from_reader)
            os.close(to_writer)
