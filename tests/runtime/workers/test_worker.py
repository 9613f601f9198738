from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.worker import ImageWorker


def test_a_worker_that_nobody_configured_has_the_default_budgets():
    assert ImageWorker.settings == RuntimeSettings()


def test_a_worker_without_a_board_has_a_slot_of_its_own():
    assert (ImageWorker.board, ImageWorker.slot.number) == (None, -1)
