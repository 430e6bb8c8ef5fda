"""The page that stays on the screen when its card is pulled, over the real smart-card service in a real browser."""

from app.services import officer_cards
from card_bridge import keys
from tests.card_bridge.test_real_card import Bridge, enrolled, inserted, wait_for
from tests.views.card_desk import acting, waiting
from virtual_card.card import VirtualCard

__all__ = ["enrolled"]


def log_in(page, bridge, setup: str) -> None:
    """From the address that the bridge opened to the home page, with a first PIN."""
    page.goto(bridge.opened())
    for box, word in (("setup", setup), ("new_pin", "804172"), ("again", "804172")):
        page.fill(f"[name={box}]", word)
    page.click("form.login [type=submit]")
    page.wait_for_url("**/")


def test_the_open_page_closes_by_itself_when_the_card_is_pulled_and_keeps_what_was_typed(enrolled, chromium, tmp_path):
    portal, bridge = enrolled.portal, Bridge(tmp_path)
    context = chromium.new_context(ignore_https_errors=True, locale="th-TH", base_url=enrolled.origin)
    page, asked, wrong = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url) if "/card/in/" in request.url else None)
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    try:
        with inserted(VirtualCard()):
            wait_for(lambda: keys.last_status().get("code") == "REFUSED")
        with portal.app.app_context():
            clerk = portal.ids["clerk1"]
            setup = officer_cards.confirm_card(clerk, waiting(clerk), actor=acting(portal, "registrar1"))
        with inserted(VirtualCard()):
            log_in(page, bridge, setup)
            page.goto("/family-forms/new")
            page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
            page.wait_for_timeout(9000)  # two rounds
            in_the_dark = len(asked)
            page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
            wait_for(lambda: len(asked) > in_the_dark or page.wait_for_timeout(50))
            assert in_the_dark <= 1
            page.locator("[data-card-in]").wait_for(state="hidden")
            page.fill("[name='members-0-last_name_th']", "มานะพิสูจน์")
            page.evaluate("document.querySelector('dialog[data-keys]').showModal()")  # it lies on top, and goes too
        page.wait_for_url("**/login/?next=*")
        assert page.locator("text=มานะพิสูจน์").count() == 0
        page.get_by_text("ดึงบัตรออกแล้ว จึงออกจากระบบ").wait_for()
        assert not [words for words in wrong if "Content Security Policy" in words]
        with inserted(VirtualCard()):
            other = context.new_page()  # as the bridge opens it
            other.goto(bridge.opened())
            other.fill("[name=pin]", "804172")
            other.click("form.login [type=submit]")
            other.wait_for_url("**/")
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as if the officer went back to it
            page.wait_for_url("**/family-forms/**")
            wait_for(
                lambda: page.input_value("[name='members-0-last_name_th']") == "มานะพิสูจน์" or page.wait_for_timeout(50)
            )
    finally:
        context.close()
        bridge.process.kill()
        bridge.process.wait()
