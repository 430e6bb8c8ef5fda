"""The states of a refund with the locks of the seed: open to the agency until the form is printed, to the NHSO alone afterwards.

Seed of 2561: รอยืนยันแจ้งคำร้องคืนเงิน and ยืนยันแจ้งคำร้องคืนเงิน "แก้ไข หรือยกเลิกได้โดยเจ้าหน้าที่ อปท.", พิมพ์เอกสารแล้ว "ไม่สามารถ
แก้ไข หรือ ยกเลิกได้", and who wants it otherwise asks the NHSO "เพื่อแจ้งยกเลิกข้อมูล". Who confirms and what follows the print
is the register's own (spec 5.7, 7).
"""

from app.domain.powers import Power
from app.domain.refunds import RefundStatus as S
from app.domain.refunds import RefundVerb as V
from app.rules.citations import NHSO_REFUND_LOCK, NHSO_REFUNDS, REGISTER_REFUNDS
from app.rules.status_tables import Line, StatusTable

_OTHER = "not by who wrote it last"
_ANEW = "as above; what was confirmed is confirmed anew"
_BY_RUN = "by the job of a payment run, where the agency chose it; not by who wrote it"
TABLE: StatusTable[S, V] = StatusTable(
    Line(
        None, V.RECORD, S.AWAITING_CONFIRMATION, Power.RECORD_REFUND,
        "of a paid claim, no more than it brought and was not returned yet", NHSO_REFUNDS,
    ),
    Line(S.AWAITING_CONFIRMATION, V.RECORD, S.AWAITING_CONFIRMATION, Power.RECORD_REFUND, "as above", NHSO_REFUNDS),
    Line(S.CONFIRMED, V.RECORD, S.AWAITING_CONFIRMATION, Power.RECORD_REFUND, _ANEW, NHSO_REFUNDS),
    Line(S.AWAITING_CONFIRMATION, V.CANCEL, S.CANCELLED_BY_AGENCY, Power.RECORD_REFUND, "", NHSO_REFUNDS),
    Line(S.CONFIRMED, V.CANCEL, S.CANCELLED_BY_AGENCY, Power.RECORD_REFUND, "", NHSO_REFUNDS),
    Line(S.AWAITING_CONFIRMATION, V.CONFIRM, S.CONFIRMED, Power.CONFIRM_REFUND, _OTHER, REGISTER_REFUNDS),
    Line(S.CONFIRMED, V.PRINT, S.PRINTED, Power.RECORD_REFUND, "the instructions were shown just before", NHSO_REFUND_LOCK),
    Line(S.PRINTED, V.PRINT, S.PRINTED, Power.RECORD_REFUND, "as above, each time", NHSO_REFUND_LOCK),
    Line(S.PRINTED, V.ANNUL, S.CANCELLED_BY_NHSO, Power.ANNUL_REFUND, "a reason in words", NHSO_REFUND_LOCK),
    Line(
        S.PRINTED, V.RECEIVE, S.MONEY_RECEIVED, Power.RECEIVE_REFUND,
        "the day and number of what came in; not by who wrote it", REGISTER_REFUNDS,
    ),
    Line(S.CONFIRMED, V.SET_OFF, S.MONEY_RECEIVED, Power.PAY_CLAIM, _BY_RUN, REGISTER_REFUNDS),
    Line(S.PRINTED, V.SET_OFF, S.MONEY_RECEIVED, Power.PAY_CLAIM, _BY_RUN, REGISTER_REFUNDS),
)  # fmt: skip
# The agency may still change and cancel these (seed).
OPEN_TO_AGENCY = (S.AWAITING_CONFIRMATION, S.CONFIRMED)
# Money of these is on its way back or there.
STANDING = (*OPEN_TO_AGENCY, S.PRINTED, S.MONEY_RECEIVED)
# Once a run has kept a part back these are not done any more: what is left is kept back too, or received.
CLOSED_BY_SET_OFF = (V.RECORD, V.CANCEL, V.ANNUL)
# Expected and not there yet: a debt in the ledger.
EXPECTED = (S.CONFIRMED, S.PRINTED)
