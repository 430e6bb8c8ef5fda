"""The double-entry ledger of claims: each entry moves one amount between two accounts, so that all accounts together are zero."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.errors import BadInput


class Account(StrEnum):
    """Where money of the fund stands, as the NHSO sees it."""

    BENEFITS = "BENEFITS"  # ค่ารักษาพยาบาล: what the fund bears
    OWED = "OWED"  # ค้างจ่าย อปท.: decided, not yet transferred
    BANK = "BANK"  # เงินฝากธนาคารของกองทุน
    REFUND_DUE = "REFUND_DUE"  # ลูกหนี้เงินคืน: to come back from the agency


class EntryKind(StrEnum):
    """What happened; each kind has its two accounts."""

    APPROVAL = "APPROVAL"  # อนุมัติ
    PAYMENT = "PAYMENT"  # โอนเงิน
    REFUND_CLAIMED = "REFUND_CLAIMED"  # ยืนยันคืนเงิน
    REFUND_RECEIVED = "REFUND_RECEIVED"  # รับเงินคืน
    REFUND_SET_OFF = "REFUND_SET_OFF"  # หักเงินคืนจากเงินโอน: the bank pays so much less out


# Debited, credited.
ACCOUNTS: Mapping[EntryKind, tuple[Account, Account]] = {
    EntryKind.APPROVAL: (Account.BENEFITS, Account.OWED),
    EntryKind.PAYMENT: (Account.OWED, Account.BANK),
    EntryKind.REFUND_CLAIMED: (Account.REFUND_DUE, Account.BENEFITS),
    EntryKind.REFUND_RECEIVED: (Account.BANK, Account.REFUND_DUE),
    EntryKind.REFUND_SET_OFF: (Account.BANK, Account.REFUND_DUE),
}


@dataclass(frozen=True)
class Entry:
    """One amount, in satang, from the credited account to the debited one; `reverses` is the number of what it undoes."""

    kind: EntryKind
    debit: Account
    credit: Account
    satang: int
    reverses: int | None = None


def entry(kind: EntryKind, satang: int) -> Entry:
    """The entry of this kind. Raises BadInput('AMOUNT_NOT_POSITIVE')."""
    if satang <= 0:
        raise BadInput("AMOUNT_NOT_POSITIVE")
    debit, credit = ACCOUNTS[kind]
    return Entry(kind, debit, credit, satang)


def counter_entry(undone: Entry, number: int) -> Entry:
    """The entry that undoes the one with this number; nothing that was posted is ever changed."""
    return replace(undone, debit=undone.credit, credit=undone.debit, reverses=number)


def balances(entries: Iterable[Entry]) -> dict[Account, int]:
    """Each account's debits less its credits in satang; they always sum up to nothing."""
    found: Counter[Account] = Counter(dict.fromkeys(Account, 0))
    for one in entries:
        found[one.debit] += one.satang
        found[one.credit] -= one.satang
    return dict(found)


@dataclass(frozen=True)
class Standing:
    """What one claim, or many, come to in satang: decided, still owed, transferred, still to come back."""

    approved: int
    owed: int
    paid: int
    refund_due: int


def standing(entries: Iterable[Entry]) -> Standing:
    """What these entries come to."""
    sums = balances(entries)
    return Standing(sums[Account.BENEFITS], -sums[Account.OWED], -sums[Account.BANK], sums[Account.REFUND_DUE])
