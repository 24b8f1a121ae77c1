"""The five-minute crisis: its steps in their order, and which of them is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.demo import conditions, words
from bot.demo.seen import Seen, Stage


@dataclass(frozen=True)
class Step:
    """Belongs to one stage of the story: passed when `done` there, or when the story has gone beyond it."""

    stage: Stage
    says: Callable[[Seen], words.Words]
    done: Callable[[Seen], bool] = lambda _: False

    def is_passed(self, seen: Seen) -> bool:
        return seen.stage > self.stage or (seen.stage == self.stage and self.done(seen))


STEPS: tuple[Step, ...] = (
    Step(Stage.BEFORE, words.read_the_news, conditions.has_read_the_news),
    Step(Stage.BEFORE, words.open_one),
    Step(Stage.ACTIVE, words.enter, conditions.has_entered),
    Step(Stage.ACTIVE, words.invite, conditions.has_company),
    Step(Stage.ACTIVE, words.claim, conditions.is_claimed),
    Step(Stage.ACTIVE, words.finish, conditions.is_finished),
    Step(Stage.ACTIVE, words.ping, conditions.is_answered),
    Step(Stage.ACTIVE, words.update, conditions.has_told_everybody),
    Step(Stage.ACTIVE, words.resolve),
    Step(Stage.RESOLVED, words.close),
    Step(Stage.CLOSED, words.again),
    Step(Stage.AGAIN, words.learned, conditions.has_read_the_lessons),
)


def due_step(seen: Seen) -> Step | None:
    """The first step not passed yet; None when the story is told."""
    return next((step for step in STEPS if not step.is_passed(seen)), None)


def passed(seen: Seen) -> int:
    return sum(step.is_passed(seen) for step in STEPS)
