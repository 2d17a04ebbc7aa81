"""Items and answers between two threads: in order, bounded, and never both waiting."""

import random
import threading
from contextlib import suppress

import pytest

from graycolor.jobs.backlog import Backlog, ClosedError


def test_items_and_answers_come_in_order_whoever_is_faster():
    """Answers to every seventh item, which the giver owes for up to five items more, with room for three."""
    for seed in range(20):
        rng, backlog = random.Random(seed), Backlog(3, 1)

        def give(backlog=backlog, rng=rng):
            answered = 0
            for item in range(200):
                while not backlog.put(item, rng.choice((1, 2, 5))):
                    backlog.answer(answered, 1)
                    answered += 1
                while answered <= (item - 5) // 7:
                    backlog.answer(answered, 1)
                    answered += 1
            backlog.end()

        giver = threading.Thread(target=give, daemon=True)
        giver.start()
        taken, answers = [], []
        for item in iter(backlog.take, None):
            taken.append(item)
            if item % 7 == 0 and (answer := backlog.ask()) is not None:
                answers.append(answer)
        giver.join(30)

        assert not giver.is_alive()
        assert taken == list(range(200))
        assert answers == sorted(set(answers))


def test_what_is_held_is_bounded():
    backlog, given = Backlog(10, 1), []

    def give():
        with suppress(ClosedError):
            given.extend(item for item in range(99) if backlog.put(item, 3))

    giver = threading.Thread(target=give)
    giver.start()
    while len(given) < 3:
        pass
    assert given == [0, 1, 2]
    assert backlog.take() == 0
    while len(given) < 4:
        pass
    backlog.close()
    giver.join()

    assert given == [0, 1, 2, 3]


def test_an_error_comes_out_behind_what_was_given():
    backlog = Backlog(10, 1)
    backlog.put("item", 1)
    backlog.answer("answer", 1)
    backlog.end(ValueError("damaged"))

    assert (backlog.take(), backlog.ask()) == ("item", "answer")
    for ask in (backlog.take, backlog.ask):
        with pytest.raises(ValueError, match="damaged"):
            ask()


@pytest.mark.parametrize("ask", ["take", "ask"])
def test_whoever_waits_is_let_go_when_it_is_closed(ask):
    backlog, found = Backlog(10, 1), []
    waiting = threading.Thread(target=lambda: found.append(getattr(backlog, ask)()), daemon=True)
    waiting.start()
    backlog.close()
    waiting.join(30)

    assert found == [None]
    assert getattr(backlog, ask)() is None  # nor does it wait that comes later
