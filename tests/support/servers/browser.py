"""A real headless Chromium, driven by the WebDriver protocol (W3C) that its chromedriver speaks."""

import base64
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.waiting import block_until

AXE = Path(__file__).parent.parent.parent.parent / ".ci" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_TRY = "try {{ return ({}); }} catch (error) {{ return null; }}"
"""An expression about elements that may not be there yet."""
_READY = "started successfully on port "


class Browser:
    """One session; every method is one command of the protocol, or a few."""

    def __init__(self, http: httpx.Client, session: str) -> None:
        self._http = http
        self._path = f"/session/{session}"

    def _do(self, method: str, path: str, **body: Any) -> Any:
        answer = self._http.request(method, self._path + path, json=body if method == "POST" else None)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value

    def open(self, url: str) -> None:
        """Go to a page, and wait until it has been loaded."""
        self._do("POST", "/url", url=url)

    @property
    def url(self) -> str:
        return str(self._do("GET", "/url"))

    def run(self, script: str, *given: Any) -> Any:
        """Run a function's body in the page."""
        return self._do("POST", "/execute/sync", script=script, args=list(given))

    def wait(self, script: str) -> Any:
        """Wait until an expression holds in the page that is there by then; answers its value.

        It is asked anew each time: what waits within a page is lost when that gives way to another.
        """
        return block_until(
            lambda: self.run(_TRY.format(script)),
            ignored=(AssertionError,),  # the page gave way meanwhile
        )

    def click(self, selector: str) -> None:
        """Click as a person does."""
        self._do("POST", f"/element/{self._find(selector)}/click")

    def write(self, selector: str, text: str) -> None:
        """Type into a field."""
        self._do("POST", f"/element/{self._find(selector)}/value", text=text)

    def keys(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._do("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def size(self, width: int, height: int) -> None:
        """Be a screen of this size, a phone's for instance."""
        mobile = width < 600
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )

    def prefer(self, scheme: str) -> None:
        """Prefer `light` or `dark`."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.devtools("Emulation.setEmulatedMedia", features=features)

    def devtools(self, command: str, **given: Any) -> Any:
        """Send a command of the DevTools protocol."""
        return self._do("POST", "/goog/cdp/execute", cmd=command, params=given)

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """Keep a screenshot of the whole page."""
        data = self.devtools("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def log(self) -> list[str]:
        """What the console has said: errors of scripts, refusals of the content policy, files not found."""
        rows = self._do("POST", "/se/log", type="browser")
        return [row["message"] for row in rows if row["level"] in {"SEVERE", "WARNING"}]

    def complaints(self) -> list[str]:
        """Let axe-core look at the page (WCAG 2.2 A and AA, and its best practices)."""
        self.devtools("Runtime.evaluate", expression=AXE.read_text(encoding="utf-8"))
        found = self._do(
            "POST",
            "/execute/async",
            script="const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(done);",
            args=[],
        )
        return [
            f"{one['id']}: {node['html'][:120]} ({node.get('failureSummary', '')[:160]})"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def _find(self, selector: str) -> str:
        return str(self._do("POST", "/element", using="css selector", value=selector)[_ELEMENT])


@contextmanager
def browsing() -> Iterator[Browser]:
    """Open a browser; skips the test where there is none."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no chromium here: install chromium and chromium-driver")
    with tempfile.TemporaryDirectory(prefix="fm-browser-") as folder:
        process = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{_port(process)}", timeout=120, trust_env=False
            ) as http:
                words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
                words += [
                    f"--user-data-dir={folder}/profile",
                    "--no-first-run",
                    "--disable-background-networking",
                ]
                wanted = {
                    "goog:chromeOptions": {"binary": chromium, "args": words},
                    "goog:loggingPrefs": {"browser": "ALL"},
                }
                made = http.post("/session", json={"capabilities": {"alwaysMatch": wanted}}).json()["value"]
                assert "sessionId" in made, made
                try:
                    yield Browser(http, made["sessionId"])
                finally:
                    http.delete(f"/session/{made['sessionId']}")
        finally:
            process.kill()
            process.communicate()


def _port(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if _READY in line:
            threading.Thread(target=process.stdout.read, daemon=True).start()  # keep the pipe empty
            return int(line.partition(_READY)[2].rstrip(".\n"))
    pytest.fail("chromedriver did not start")
