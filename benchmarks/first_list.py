"""Weight, requests and time to the first list, Flask-AppBuilder as it comes beside ours: `python -m benchmarks.first_list`.

With the address of a running portal with demo data as its argument it measures that one instead of starting its own.
Real Chromium, its processor slowed down four times, an empty cache for the first visit and a filled one for the second. The
times are the page's own: from the click until the picture with the first row has been drawn, and until the page's last long
task (over 50 ms, as the Long Tasks API tells them) has ended, so that it answers a hand. Both are visited in turn, so that what
else the machine does touches both.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.floors import stock_fab
from tests.browser.conftest import CHROMIUM, PASSWORD
from tests.house import live_portal

SLOWER, VISITS = 4, 9
_NOTE_THE_ROW = """
function look() {
  const row = document.querySelector("ROW");
  if (!row || !row.getClientRects().length) { requestAnimationFrame(look); return; }
  requestAnimationFrame(() => setTimeout(() => { window.rowDrawnAt = performance.now(); }));
}
requestAnimationFrame(look);
window.busyUntil = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) { window.busyUntil = Math.max(window.busyUntil, task.startTime + task.duration); }
}).observe({ type: "longtask", buffered: true });
"""
_FREE = "window.rowDrawnAt && performance.now() > 500 + Math.max(window.rowDrawnAt, window.busyUntil)"


@dataclass(frozen=True)
class Visit:
    """What one visit cost: kilobytes on the wire, requests, milliseconds until a row of the list stood on the screen and until
    the page was free to answer.

    Of several visits those are medians; `quickest` and `soonest_free` are the best: the ones that busy neighbours
    disturbed least.
    """

    kilobytes: float
    requests: int
    milliseconds: float
    free: float
    quickest: float = 0
    soonest_free: float = 0


@contextmanager
def stock() -> Iterator[str]:
    """Flask-AppBuilder's address while it is served."""
    port = live_portal.free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.floors.stock_fab"],
        env=os.environ | {"PORT": str(port)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address + "/login/")
        yield address
    finally:
        process.kill()
        process.wait()


@contextmanager
def _our_own(folder: Path) -> Iterator[str]:
    """The portal's address: the one that was named, else that of one started here."""
    if len(sys.argv) > 1:
        yield sys.argv[1]
        return
    with live_portal.started(folder / "instance", DEMO="1") as portal:
        yield f"http://127.0.0.1:{portal.port}"


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{address} does not answer")


def visit_both(
    browser: Browser, address: str, path: str, row: str, log_in: Callable[[Page], None]
) -> tuple[Visit, Visit]:
    """A first and a second visit to a list, by a browser of its own."""
    context = browser.new_context(locale="th-TH", viewport={"width": 1366, "height": 768})
    context.add_init_script(_NOTE_THE_ROW.replace("ROW", row))
    page = context.new_page()
    page.goto(address + "/login/")
    log_in(page)
    page.wait_for_load_state("networkidle")
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    devtools.send("Network.enable")
    devtools.send("Network.clearBrowserCache")
    first = _visit(page, devtools, address + path)
    page.goto("about:blank")
    second = _visit(page, devtools, address + path)
    context.close()
    return first, second


def _visit(page: Page, devtools: object, address: str) -> Visit:
    taken: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: taken.append(event["encodedDataLength"]))  # type: ignore[attr-defined]
    page.goto(address)
    page.wait_for_load_state("networkidle")
    while not page.evaluate(_FREE):  # asked again from outside: the portal's policy forbids a page to evaluate text
        time.sleep(0.1)
    row, free = page.evaluate("[window.rowDrawnAt, Math.max(window.rowDrawnAt, window.busyUntil)]")
    return Visit(sum(taken) / 1000, len(taken), row, free)


def _median(found: list[Visit]) -> Visit:
    columns = list(zip(*((v.kilobytes, v.requests, v.milliseconds, v.free) for v in found), strict=True))
    kilobytes, requests, row, free = (statistics.median(column) for column in columns)
    return Visit(kilobytes, int(requests), row, free, min(v.milliseconds for v in found), min(v.free for v in found))


def main() -> None:
    """Measure both and print one table."""
    path = next(path for path in CHROMIUM if Path(path).exists())
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        with stock() as theirs_at, _our_own(Path(folder)) as ours_at:
            pairs = [
                (
                    visit_both(browser, theirs_at, "/personview/list/", "table tbody tr, table tr td", _stock_log_in),
                    visit_both(browser, ours_at, "/register/", "tbody tr", _our_log_in),
                )
                for _ in range(VISITS)
            ]
        browser.close()
    print(
        f"{'':24}{'kB':>8}{'requests':>10}{'row ms':>8}{'quickest':>10}{'free ms':>9}{'soonest':>9}"
        f"   (processor {SLOWER} times slower, {VISITS} visits)"
    )
    for turn, when in enumerate(("first", "second")):
        for side, whose in enumerate(("stock", "ours")):
            visit = _median([pair[side][turn] for pair in pairs])
            print(
                f"{f'{whose}, {when} visit':24}{visit.kilobytes:>8.0f}{visit.requests:>10}"
                f"{visit.milliseconds:>8.0f}{visit.quickest:>10.0f}{visit.free:>9.0f}{visit.soonest_free:>9.0f}"
            )
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")


def _stock_log_in(page: Page) -> None:
    page.fill("[name=username]", stock_fab.USER)
    page.fill("[name=password]", stock_fab.PASSWORD)
    page.click("[type=submit]")


def _our_log_in(page: Page) -> None:
    page.fill("[name=username]", "registrar1")
    page.fill("[name=password]", PASSWORD)
    page.click("form [type=submit]")


if __name__ == "__main__":
    main()
