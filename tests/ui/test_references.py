"""Qt's answers are Python's own: a binding that gives None or True away ends the whole program."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None and True have no count of references any more"
)

N_CALLS = 500


class Sender(QObject):
    sent = Signal(object)


def test_a_call_that_returns_nothing_keeps_the_references_to_none(qapp):
    sender = Sender()
    before = sys.getrefcount(None)
    for _ in range(N_CALLS):
        sender.setObjectName("x")
    assert sys.getrefcount(None) > before - N_CALLS // 2


def test_a_signal_keeps_the_references_to_true(qapp):
    sender = Sender()
    before = sys.getrefcount(True)
    for _ in range(N_CALLS // 5):
        sender.sent.emit(1)
    assert sys.getrefcount(True) > before - N_CALLS // 10
