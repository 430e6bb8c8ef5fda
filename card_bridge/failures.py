"""Everything that can go wrong at a desk: a code, what happened, and what the officer does now, in his words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What happened and what to do, in Thai and in English."""

    what: str
    step: str
    what_en: str
    step_en: str


FAILURES: dict[str, Words] = {
    "NO_LIBRARY": Words(
        "โปรแกรมนี้ติดตั้งไม่ครบ อ่านบัตรไม่ได้", "ติดตั้งใหม่ด้วยคำสั่ง pip install lgo-card-bridge[pcsc]",
        "The program is not installed completely", "Install it again: pip install lgo-card-bridge[pcsc]",
    ),
    "NO_SERVICE": Words(
        "บริการสมาร์ตการ์ดของเครื่องไม่ทำงาน",
        "Windows: เปิดบริการ Smart Card ใน services.msc · Linux: sudo systemctl start pcscd แล้วเสียบบัตรใหม่",
        "The smart-card service does not run",
        "Windows: start the service Smart Card in services.msc; Linux: sudo systemctl start pcscd; put the card in again",
    ),
    "NO_READER": Words(
        "ไม่พบเครื่องอ่านบัตร", "เสียบสาย USB ของเครื่องอ่านบัตรให้แน่น หรือย้ายไปช่อง USB อื่น แล้วรอสักครู่",
        "No card reader was found", "Plug the reader's USB cable in firmly, or use another USB port, and wait a moment",
    ),
    "NO_CARD": Words(
        "ยังไม่มีบัตรในเครื่องอ่าน", "เสียบบัตรประจำตัวประชาชน หันด้านชิปเข้าเครื่องอ่านจนสุด",
        "There is no card in the reader", "Put the ID card in, chip first, all the way",
    ),
    "BUSY": Words(
        "โปรแกรมอื่นกำลังใช้บัตร", "ปิดโปรแกรมอ่านบัตรอื่น เช่น NHSO Secure SmartCard Agent แล้วเสียบบัตรใหม่",
        "Another program is using the card", "Close other card programs and put the card in again",
    ),
    "PROTO": Words(
        "เครื่องอ่านคุยกับบัตรนี้ไม่ได้", "ดึงบัตรออก เช็ดหน้าชิป เสียบใหม่ ถ้ายังไม่ได้ให้ลองเครื่องอ่านอื่น",
        "The reader cannot talk to this card", "Pull the card, wipe its chip, put it in again; else try another reader",
    ),
    "WRONG_CARD": Words(
        "บัตรนี้ไม่ใช่บัตรประจำตัวประชาชนไทย", "ใช้บัตรประจำตัวประชาชนของท่านเอง",
        "This is no Thai ID card", "Use your own ID card",
    ),
    "REMOVED": Words(
        "ดึงบัตรออกก่อนอ่านเสร็จ", "เสียบบัตรใหม่ และอย่าดึงออกจนกว่าจะเปิดหน้าใส่รหัส PIN",
        "The card was pulled out too early", "Put it in again and leave it until the page for the PIN opens",
    ),
    "GARBLED": Words(
        "อ่านข้อมูลในบัตรไม่ได้ ข้อมูลเพี้ยน", "ดึงบัตรออก เช็ดหน้าชิปให้สะอาด เสียบใหม่ ถ้าเป็นซ้ำให้ตรวจบัตรที่อำเภอ",
        "What the card says cannot be read", "Wipe the chip and put the card in again; else have the card checked",
    ),
    "MUTE": Words(
        "บัตรไม่ตอบภายใน 10 วินาที", "ดึงบัตรออกแล้วเสียบใหม่ ถ้ายังไม่ตอบให้ลองเครื่องอ่านอื่น",
        "The card did not answer within ten seconds", "Pull it out and put it in again; else try another reader",
    ),
    "READER_FAILED": Words(
        "เครื่องอ่านบัตรขัดข้อง", "ถอดสาย USB ของเครื่องอ่าน รอ 5 วินาที แล้วเสียบใหม่",
        "The card reader failed", "Unplug the reader, wait five seconds, plug it in again",
    ),
    "NOT_ENROLLED": Words(
        "เครื่องนี้ยังไม่ได้ลงทะเบียน", "ขอรหัสลงทะเบียนจากนายทะเบียน แล้วใช้คำสั่ง lgo-card-bridge enrol",
        "This computer is not enrolled", "Ask the registrar for a code and run lgo-card-bridge enrol",
    ),
    "NOT_APPROVED": Words(
        "เครื่องนี้ลงทะเบียนแล้ว แต่ยังไม่ได้รับอนุมัติ", "ให้บุคคลที่สองเปรียบเทียบลายนิ้วมือของเครื่องแล้วกดอนุมัติในเมนูเครื่องอ่านบัตรของหน่วยงาน",
        "Enrolled but not approved yet", "A second person compares its fingerprint and approves it in the portal",
    ),
    "REVOKED": Words(
        "เครื่องนี้ถูกยกเลิกสิทธิแล้ว", "ติดต่อนายทะเบียน ถ้าใช้เครื่องนี้ต่อ ต้องลงทะเบียนใหม่ด้วย enrol --new-key",
        "This computer was shut out", "Ask the registrar; to use it again, enrol with --new-key",
    ),
    "REFUSED": Words(
        "ระบบไม่รับบัตรหรือเครื่องนี้", "ติดต่อนายทะเบียนของหน่วยงาน เหตุผลอยู่ในบันทึกการใช้งานของระบบ",
        "The portal refused this card or computer", "Ask your registrar; the reason stands in the portal's audit trail",
    ),
    "OFFLINE": Words(
        "ติดต่อระบบไม่ได้", "ตรวจสายเครือข่ายหรืออินเทอร์เน็ต แล้วเสียบบัตรใหม่",
        "The portal cannot be reached", "Check the network, then put the card in again",
    ),
    "CROWDED": Words(
        "ระบบได้รับคำขอจากสำนักงานนี้มากเกินไปในขณะนี้", "รอสักครู่ โปรแกรมจะลองใหม่เอง ถ้ายังไม่ได้เข้าระบบ ให้เสียบบัตรใหม่หลังหนึ่งนาที",
        "The portal has too many questions from this office just now",
        "Wait, the program tries again; if you are not logged in, put the card in again after a minute",
    ),
    "TLS": Words(
        "ใบรับรองของระบบไม่ถูกต้อง จึงไม่ส่งข้อมูล", "อย่าใช้เครือข่ายนี้ แจ้งผู้ดูแลระบบทันที และตรวจวันเวลาของเครื่อง",
        "The portal's certificate is wrong; nothing was sent", "Do not use this network; tell the administrator; check the clock",
    ),
    "CLOCK": Words(
        "นาฬิกาของเครื่องคลาดเคลื่อน", "ตั้งวันเวลาของเครื่องเป็นแบบอัตโนมัติ (เขตเวลากรุงเทพฯ)",
        "This computer's clock is wrong", "Let the computer set its clock by itself (time zone Bangkok)",
    ),
    "WRONG_SERVER": Words(
        "ที่อยู่ของระบบไม่ถูกต้อง", "ใช้ที่อยู่ที่ขึ้นต้นด้วย https:// และไม่มีอะไรต่อท้าย เช่น https://portal.example.go.th",
        "The portal's address is wrong", "Use an address that begins with https:// and has nothing after the name",
    ),
    "NOT_AN_OFFICER": Words(
        "บัตรนี้ไม่ใช่ของเจ้าหน้าที่ที่ใช้เครื่องนี้ จึงไม่ส่งข้อมูลใด",
        "ถ้าเป็นบัตรของผู้มาติดต่อ กด “อ่านบัตร” ในหน้าเว็บ ถ้าเป็นเจ้าหน้าที่ใหม่ ใช้คำสั่ง lgo-card-bridge enrol --card หนึ่งครั้ง",
        "This card is no officer's of this computer, so nothing was sent",
        "For a visitor's card press “Read the card” on the page; a new officer runs lgo-card-bridge enrol --card once",
    ),
    "BROKEN_SETUP": Words(
        "แฟ้มตั้งค่าของโปรแกรมเสีย หรือผู้อื่นเปิดอ่านได้", "ลงทะเบียนเครื่องใหม่ด้วย lgo-card-bridge enrol --new-key",
        "The program's own files are broken, or open to others", "Enrol again: lgo-card-bridge enrol --new-key",
    ),
}  # fmt: skip


class BridgeError(Exception):
    """Something of FAILURES happened; `more` is for the technician."""

    def __init__(self, code: str, more: str = "") -> None:
        super().__init__(code)
        self.code = code if code in FAILURES else "READER_FAILED"
        self.more = more

    def told(self) -> str:
        """What happened and what to do now, in Thai."""
        words = FAILURES[self.code]
        return f"{words.what} — {words.step} ({self.code}{': ' + self.more if self.more else ''})"


# Which of several readers' failures tells the most (an empty second reader must not hide what the first said).
WEIGHT = "NO_SERVICE NO_READER NO_CARD PROTO READER_FAILED REMOVED MUTE BUSY WRONG_CARD GARBLED".split()


def telling_most(failures: list[BridgeError]) -> BridgeError:
    """The one of these that the officer must hear of."""
    return max(failures, key=lambda failure: WEIGHT.index(failure.code) if failure.code in WEIGHT else len(WEIGHT))
