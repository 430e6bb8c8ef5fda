"""The family form under a clerk's hands: typed by keyboard alone, nothing lost to a bad line, a lost session or a reload."""

import re

from app.domain.national_id import display
from tests.browser.conftest import PASSWORD, Desk
from tests.services.conftest import nid
from tests.services.test_evidence import PDF

NEW = "/family-forms/new"


class Keyboard:
    """Types and presses without ever touching the mouse, and counts."""

    def __init__(self, desk: Desk) -> None:
        self.page, self.strokes = desk.page, 0

    def fill(self, *values: str) -> None:
        """Each value into the box that has the focus; Enter moves on."""
        for value in values:
            self.page.keyboard.type(value)
            self.strokes += len(value)
            self.press("Enter")

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.strokes += 1

    def choose(self, value: str) -> None:
        """An option of the select that has the focus; a Thai keyboard's letter would jump to it at once."""
        select = self.page.locator("select:focus")
        for _ in range(select.locator("option").count()):
            if select.input_value() == value:
                break
            self.press("ArrowDown")
        assert select.input_value() == value
        self.press("Enter")

    def is_on(self, name: str) -> None:
        """Wait until that box has the focus."""
        self.page.wait_for_function(
            "n => [document.activeElement.name, document.activeElement.id].includes(n)", arg=name
        )


def kept(desk: Desk) -> None:
    """Wait until everything typed so far has been kept by itself."""
    desk.page.wait_for_function(
        "() => document.querySelector('.autosave').dataset.state === 'kept' && !Object.keys(sessionStorage).length"
    )
    assert "บันทึกร่างอัตโนมัติเมื่อ" in desk.page.inner_text(".autosave")


def hint(desk: Desk, name: str, words: str) -> None:
    """Wait until the line below a box says this."""
    desk.page.locator(f"[data-field='{name}'] [data-hint]", has_text=words).wait_for()


def value(desk: Desk, name: str) -> str:
    return desk.page.input_value(f"[name='{name}']")


def type_a_family(desk: Desk, hands: Keyboard, own: str, spouse: str, *children: str) -> None:
    hands.is_on("members-0-national_id")
    hands.fill(own, "นาย", "ธนา", "ศรีสุข", "๒๙ ก.พ. ๒๕๔๓")
    hands.choose("M")
    hands.choose("MUNICIPAL_OFFICER")
    hint(desk, "members-0-birth_date", "วันอังคาร 29 ก.พ. 2543")
    hands.fill("1/11/2569", "")
    hands.is_on("members-0-evidence-0-doc_type")
    hands.press("Enter", 2)
    hands.is_on("members-1-relation")
    hands.choose("SPOUSE")
    hands.fill(spouse, "นาง", "วิมล", "พรหมดี", "05042543")
    hands.choose("F")
    hands.press("Enter", 2)
    hands.is_on("members-1-marriage_paper")
    hands.choose("MARRIAGE_CERT_TH")
    hands.fill("1/2/2560")
    papers_follow(hands, 1)
    for order, child in enumerate(children, start=1):
        hands.press("Enter", 2)
        hands.is_on(f"members-{order + 1}-relation")
        hands.choose("CHILD")
        hands.fill(str(order), child, "ด.ช.", f"ธีร์{order}", "ศรีสุข", "2 กรกฎาคม 2568")
        hands.choose("M")
        hands.press("Enter", 2)
        hands.is_on(f"members-{order + 1}-marriage_date")  # proposed from the spouse's
        hands.press("Enter")
        papers_follow(hands, order + 1)


def papers_follow(hands: Keyboard, row: int) -> None:
    """Tick that the papers come later, and go on to the documents."""
    hands.is_on(f"members-{row}-to_follow")
    hands.press("Space")
    hands.press("Enter")
    hands.is_on(f"members-{row}-evidence-0-doc_type")


def mistype_an_id(desk: Desk, hands: Keyboard, number: str) -> None:
    """A slip in the last digit is told at once, and mended on the spot."""
    hands.page.keyboard.type(number[:-1] + str((int(number[-1]) + 1) % 10))
    hint(desk, "members-0-national_id", "เลขหลักสุดท้ายไม่ถูกต้อง")
    hands.page.keyboard.press("Control+a")
    hands.page.keyboard.press("Delete")


def test_a_family_is_typed_and_sent_by_keyboard_alone(desk):
    clerk = desk("clerk1")
    clerk.open(NEW)
    hands = Keyboard(clerk)
    hands.is_on("members-0-national_id")
    own, spouse, first, second = (nid(serial) for serial in range(5101, 5105))
    mistype_an_id(clerk, hands, own)
    type_a_family(clerk, hands, own, spouse, first, second)
    kept(clerk)
    assert value(clerk, "members-0-national_id") == display(own)
    side = clerk.page.inner_text("[data-then]")
    assert "มีสิทธิ จาก 1 พ.ย. 2569 (L1)" in side and "ถึง 1 ก.ค. 2588" in side
    assert clerk.page.inner_text("[data-left]").strip() == ""
    assert value(clerk, "members-3-marriage_date") == "1/2/2560"
    law = clerk.page.text_content("[data-member='members-3'] [data-by-law]")
    assert "เด็กเกิดระหว่างสมรสเป็นบุตรชอบด้วยกฎหมายของสามีตั้งแต่เกิด" in law and "มาตรา 1536" in law
    assert clerk.page.locator("details[data-member] summary", has_text="วิมล พรหมดี").is_visible()
    clerk.page.reload()
    assert value(clerk, "members-0-birth_date") == "๒๙ ก.พ. ๒๕๔๓" and value(clerk, "members-3-first_name_th") == "ธีร์2"
    clerk.page.focus("[name='members-0-last_name_th']")
    hands.press("Control+Enter")
    clerk.page.wait_for_url(re.compile("/family-forms/SB"))
    for name in ("ธนา", "วิมล", "ธีร์1", "ธีร์2"):
        assert name in clerk.page.inner_text("main")
    assert not re.search(r"9901\d{8}", clerk.page.url)
    print(f"an official with spouse and two children: {hands.strokes} keystrokes, no click")


def test_nothing_typed_is_lost(desk):
    clerk = desk("clerk1")
    page = clerk.open(NEW).page
    page.fill("[name='members-0-national_id']", "1 9901 ๐๐๑๒๗")
    page.press("[name='members-0-national_id']", "Tab")
    hint(clerk, "members-0-national_id", "13 หลัก")
    page.fill("[name='members-0-birth_date']", "31/2/2563")
    page.press("[name='members-0-birth_date']", "Tab")
    hint(clerk, "members-0-birth_date", "วันที่")
    kept(clerk)
    _offline_and_back(clerk)
    _logged_out_and_back(clerk)
    _a_paper_for_two(clerk)
    page.click("details:has(form[action$='/logout/']) > summary")
    address = page.url.removeprefix(clerk.address)
    page.fill("[name='members-0-last_name_th']", "ก่อนออก")
    page.click("form[action$='/logout/'] button")
    page.wait_for_url(re.compile("/login/"))
    assert page.evaluate("() => Object.keys(sessionStorage).filter(key => key.startsWith('typed')).length") == 0
    clerk.log_in("clerk1").open(address)
    assert value(clerk, "members-0-last_name_th") == "ก่อนออก", "the last word went before the officer"
    # The line and the session were cut on purpose, and Chromium says so.
    clerk.errors[:] = [words for words in clerk.errors if "Failed to load resource" not in words]


def _offline_and_back(clerk: Desk) -> None:
    page = clerk.page
    page.context.set_offline(True)
    page.fill("[name='members-0-first_name_th']", "ออฟไลน์")
    page.locator("[data-when=offline]").wait_for()
    page.context.set_offline(False)
    kept(clerk)


def _logged_out_and_back(clerk: Desk) -> None:
    """The session ends while the form is open; after logging in again every word is back, the last ones too."""
    page = clerk.page
    page.context.clear_cookies()
    page.fill("[name='members-0-last_name_th']", "หลังหมดเวลา")
    page.locator("[data-when=out] a").wait_for()
    page.click(".form-head [value=submit]")  # sends nothing into the void
    page.click("[data-when=out] a")
    page.fill("[name=username]", "clerk1")
    page.fill("[name=password]", PASSWORD)
    page.click("main form [type=submit]")
    page.wait_for_url(re.compile(r"/family-forms/new[?]typed="))
    page.wait_for_function("() => document.querySelector(\"[name='members-0-last_name_th']\")?.value === 'หลังหมดเวลา'")
    for name, typed in (("national_id", "1-9901-00127"), ("birth_date", "31/2/2563"), ("first_name_th", "ออฟไลน์")):
        assert value(clerk, f"members-0-{name}") == typed
    kept(clerk)


def _a_paper_for_two(clerk: Desk) -> None:
    """A document is taken in while typing, and one press lets it stand for somebody else of the family too."""
    page = clerk.page
    page.select_option("[name='members-0-evidence-0-doc_type']", "HOUSE_REG")
    page.set_input_files(
        "[name='members-0-evidence-0-file']", {"name": "บ้าน.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.locator("[data-ticked] label", has_text="บ้าน.pdf").wait_for()
    page.click("#add-member")
    page.select_option("[name='members-1-relation']", "FATHER")
    for name, typed in (("national_id", nid(5109)), ("first_name_th", "สมปอง"), ("birth_date", "2490")):
        page.fill(f"[name='members-1-{name}']", typed)
    page.select_option("[name='members-1-sex']", "M")
    kept(clerk)  # the lines to do have settled
    page.click(".use-paper")
    page.locator("[name='members-1-evidence_ids']:checked").wait_for(state="attached")
    kept(clerk)
