"""The portal after some work, and the states of its pages to which no link leads: answers, dialogs, panels, faults."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.conftest import Desk
from tests.services.roster_workbooks import official, workbook

EXAMPLE_ID = "3990110000001"
ROSTER = Path(__file__).parents[1] / "data" / "roster" / "roster_municipality.xlsx"
_SCHEME_FILE = b"national_id,rank,since,until\n3990110000001,PRIMARY,2020-01-01,\n"
_READY = "networkidle"


def happen(browser: Browser, address: str) -> None:
    """A roster sent, one with unknown columns, a family half typed, filters and reports kept, files asked for."""
    clerk, registrar, administrator = (
        Desk(browser, address).log_in(name) for name in ("clerk1", "registrar1", "nhso1")
    )
    _bring(clerk, {"files": ROSTER})
    clerk.page.wait_for_selector("[data-count]")
    clerk.page.click("form[action$='/submit'] button")
    clerk.page.wait_for_selector(".note.is-good")
    people = [official(number, ชื่อ="วิไล", ประเภทบุคลากร="ลูกจ้างประจำ") for number in (8100, 8101)]
    _bring(clerk, {"files": {"name": "รายชื่อ.xlsx", "mimeType": "application/zip", "buffer": workbook(people)}})
    _half_a_family(clerk)
    _own_things(clerk)
    registrar.open("/approvals/").page.select_option("[name=relation]", "CHILD")
    registrar.page.click(".queue-filters [type=submit]")
    registrar.page.locator("summary", has=registrar.page.locator("use[href$='bookmark']")).click()
    registrar.page.fill("#view-name", "บุตร")
    registrar.page.press("#view-name", "Enter")
    registrar.page.wait_for_load_state(_READY)
    page = administrator.open("/scheme-files/").page
    page.select_option("#scheme", index=0)
    page.fill("#as_of", "1/10/2569")
    page.set_input_files("#file", {"name": "SSO.csv", "mimeType": "text/csv", "buffer": _SCHEME_FILE})
    page.click("main form [type=submit]")
    page.wait_for_load_state(_READY)
    for desk in (clerk, registrar, administrator):
        desk.page.close()


def _bring(clerk: Desk, file: dict) -> None:
    page = clerk.open("/rosters/").page
    page.set_input_files("input[type=file]", **file)
    page.click("main form button[type=submit]")
    page.wait_for_load_state(_READY)


def _half_a_family(clerk: Desk) -> None:
    page = clerk.open("/family-forms/new").page
    page.fill("[name='members-0-first_name_th']", "ครึ่งเดียว")
    page.wait_for_function("() => document.querySelector('.autosave').dataset.state === 'kept'")


def _own_things(clerk: Desk) -> None:
    page = clerk.open("/register/").page
    page.select_option("[name=birth_month]", "3")
    page.click("main [role=search] [type=submit]")
    page.wait_for_load_state(_READY)
    page.locator(".list-summary summary", has=page.locator("use[href$='bookmark']")).click()
    page.fill("#view-name", "เกิดเดือนมีนาคม")
    page.press("#view-name", "Enter")
    page.wait_for_load_state(_READY)
    clerk.open("/register/").page.click("form[action*=export] button[value=xlsx]")
    page.wait_for_selector("a[href$='/file']")
    clerk.open("/reports/entitled").page.locator("summary", has=page.locator("use[href$='bookmark']")).click()
    page.fill("#report-name", "ผู้มีสิทธิของเรา")
    page.press("#report-name", "Enter")
    page.wait_for_load_state(_READY)


def _fill(path: str, send: str = "main form [type=submit]", **boxes: str) -> Callable[[Desk], None]:
    """Opens a page, fills boxes by their names, and sends."""

    def reach(desk: Desk) -> None:
        page = desk.open(path).page
        folded = page.locator(".queue-filters:not([open]) > summary, .filter-box:not([open]) > summary").first
        if folded.is_visible():  # a phone folds what to look for
            folded.click()
        for name, value in boxes.items():
            box = page.locator(f"main [name={name}]").first
            box.select_option(value) if box.evaluate("box => box.tagName") == "SELECT" else box.fill(value)
        with page.expect_event("load"):  # an address that a script changes is none
            page.locator(send).first.click()
        page.wait_for_load_state(_READY)

    return reach


def _press(path: str, *presses: str) -> Callable[[Desk], None]:
    """Opens a page and clicks these, or presses a key that is given as `key:`."""

    def reach(desk: Desk) -> None:
        page = desk.open(path).page
        page.wait_for_load_state(_READY)
        for press in presses:
            if press.startswith("key:"):
                page.keyboard.press(press.removeprefix("key:"))
            elif page.locator(press).first.is_visible():  # what one size has, another may not need
                page.locator(press).first.click()
            page.wait_for_timeout(300)
            page.wait_for_load_state(_READY)

    return reach


def _search(desk: Desk) -> None:
    desk.open("/").page.fill("[data-search-everywhere]", "นาย")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    desk.page.wait_for_load_state(_READY)


def _missing(desk: Desk) -> None:
    desk.page.goto(desk.address + "/families/99999999")


def _not_mine(desk: Desk) -> None:
    desk.page.goto(desk.address + "/accounts/list/")


def _on_a_claim(link: str, send: str = "") -> Callable[[Desk], None]:
    """Opens claims until one has this link, follows it, and presses what sends the form."""

    def reach(desk: Desk) -> None:
        page = desk.open("/claims/list/?psize_ClaimsView=50").page
        for address in page.eval_on_selector_all("tbody td:first-child a", "as => as.map(a => a.getAttribute('href'))"):
            if desk.open(address).page.locator(link).count():
                break
        for click in filter(None, (link, send)):
            with page.expect_event("load"):  # an address that a script changes is none
                page.locator(click).first.click()
        page.wait_for_load_state(_READY)

    return reach


_QUEUE = "/approvals/"
_MENU = ("[data-side-open]",)
# By account; "" is a visitor.
STATES: dict[str, dict[str, Callable[[Desk], None]]] = {
    "": {
        "login": _press("/login/"),
        "login-wrong": _fill("/login/", username="nobody", password="wrong-password"),
        "offline": lambda desk: _press(f"/offline/?lang={desk.page.locator('html').get_attribute('lang')}")(desk),
        "link-spent": lambda desk: desk.page.goto(desk.address + "/password/set?token=spent") and None,
    },
    "clerk1": {
        "search": _search,
        "missing": _missing,
        "not-mine": _not_mine,
        "menu": _press("/", *_MENU),
        "account": _press("/", ".top-end > details:last-child > summary"),
        "activity": _press("/", ".activity > summary"),
        "right": _fill("/rights/", national_id=EXAMPLE_ID),
        "right-mistyped": _fill("/rights/", national_id="3990110000002"),
        "trial": _fill("/what-if/", **{"sex-own": "M", "since-own": "1/10/2560", "born-own": "1/1/2530", "relation-1": "CHILD",
                                       "born-1": "5/5/2555", "event-own": "DIES", "when-own": "1/12/2569"}),
        "double": _fill("/other-schemes/", national_id=EXAMPLE_ID),
        "family-empty": _fill("/family-forms/new", ".form-head [value=submit]"),
        "family-member": _press("/family-forms/new", "#add-member"),
        "family-beside": _press("/register/", "[data-aside]"),
        "columns": _press("/register/", ".list-summary summary"),
        "days": _press("/register/", ".register-days summary"),
        "report-columns": _press("/reports/entitled", ".report-columns summary"),
        "calendar": _press("/rights/", ".calendar-open"),
    },
    "registrar1": {
        "panel": _press(_QUEUE, "key:j"),
        "keys": _press(_QUEUE, "key:?"),
        "summary": _press(_QUEUE, "[data-tick]", "button[data-decide][value=approve]"),
        "return": _press(_QUEUE, "key:j", "key:r"),
        "columns": _press(_QUEUE, ".page-head details:has(use[href$='columns-gap']) summary"),
        "kept": _press(_QUEUE, ".page-head details:has(use[href$='bookmark']) summary"),
        "filtered": _press(_QUEUE, ".queue-filters > summary", ".more-filters summary"),
        "decided": _fill(_QUEUE, ".queue-filters [type=submit]", status="EFFECTIVE"),
        "returned": _fill(_QUEUE, ".queue-filters [type=submit]", status="RETURNED"),
        "found-none": _fill(_QUEUE, ".queue-filters [type=submit]", name="ไม่มีใคร"),
    },
    "finance1": {
        "claim-patient": _fill("/claim-forms/new", "main form [value=check]", national_id=EXAMPLE_ID, served_on="1/11/2569"),
        "claim-faults": _fill("/claim-forms/new", "main form [value=save]", national_id=EXAMPLE_ID, served_on="1/1/2599",
                              receipt_no="R-1", total="100", claimable="900"),
        "appeal": _on_a_claim("main a[href*='/appeal-forms/']"),
        "appeal-faults": _on_a_claim("main a[href*='/appeal-forms/']", "main form [type=submit]"),
        "refund": _on_a_claim("main a[href*='/refund-forms/']"),
        "refund-faults": _on_a_claim("main a[href*='/refund-forms/']", "main form [type=submit]"),
    },
    "nhso_finance1": {
        "run-to-come": _press("/payment-runs/new"),
        "account-faults": _fill("/agency-accounts/"),
    },
    "nhso1": {
        "succession": _fill("/successions/", "[name=foresee]", agency_code="06900101", successor_code="04110101",
                            starts_on="1/10/2570", text="ประกาศตัวอย่าง"),
        "upgrade": _fill("/successions/", "[name=foresee]", agency_code="06900101", successor_code="05900199",
                         starts_on="1/10/2570", new_name="เทศบาลตำบลตัวอย่าง", text="ประกาศตัวอย่าง"),
        "panel": _press("/agencies/list/", "[data-aside]"),
        "searched": _fill("/agencies/list/?agency_type=TAO", name_th="ตัวอย่าง"),
        "faults": _fill("/agencies/add"),
        "question": _press("/titles/list/", "form[data-confirm] button"),
        "secret": _fill("/tokens/add", name="รพ.ตัวอย่าง", hospital_code="11111"),
        "scheme-file-missing": _fill("/scheme-files/"),
        "calendar": _press("/agencies/add", ".calendar-open"),
        "help": _press("/agencies/add", ".ask summary"),
        "style": _press("/styleguide/"),
    },
}  # fmt: skip
