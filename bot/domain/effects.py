"""Orders to Slack that a decision gives. They are stored with the decision and carried out by the outbox.

Most orders say "this message should show the present state": they are rendered when they are delivered, so many of them
become one, and repeating one is harmless. Each message has a name inside its crisis (its *slot*); the first delivery posts it,
later ones edit it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, get_args

from bot.domain.model import ReplyTo

UNHURRIED = 7
"""The rank of cards that nobody waits for."""
LAST = 9
"""The rank of what is carried out only when nothing else of its crisis waits."""


@dataclass(frozen=True, slots=True)
class _Order:
    rank: ClassVar[int] = 5
    """What people wait for goes first: 0 before 8; `LAST` waits for all others."""
    reminds: ClassVar[bool] = False
    """Does it ask people for something? Then somebody has to know when its message does not get through."""

    @property
    def key(self) -> str:
        """The name of this order inside its crisis; two orders of one key are one. Of a message: its slot."""
        raise NotImplementedError

    @property
    def lane(self) -> str:
        """Orders of one lane are carried out one after another, in the order they were given.

        A lane that starts with "dm:" is a person's, across all crises; any other belongs to the crisis.
        """
        return self.key

    @property
    def together(self) -> str | None:
        """Orders of one lane with the same name here that wait one behind the other share a message; None: it stays alone."""
        return None


@dataclass(frozen=True, slots=True)
class CreateChannel(_Order):
    """The crisis has a channel, with the bot in it."""

    rank: ClassVar[int] = 0

    @property
    def key(self) -> str:
        return "channel"


@dataclass(frozen=True, slots=True)
class InvitePeople(_Order):
    """These people are in the crisis channel."""

    rank: ClassVar[int] = 0

    people: tuple[str, ...]

    @property
    def key(self) -> str:
        return "invite:" + "+".join(self.people)


@dataclass(frozen=True, slots=True)
class _Card(_Order):
    """A card in the crisis channel."""

    rank: ClassVar[int] = 1

    unhurried: bool = False
    """Nobody waits for it: it may come when there is room between the edits that people wait for."""


@dataclass(frozen=True, slots=True)
class ShowSummary(_Card):
    """The pinned summary card shows the present state."""

    @property
    def key(self) -> str:
        return "summary"


@dataclass(frozen=True, slots=True)
class ShowChecklist(_Card):
    """The pinned checklist shows the present state."""

    @property
    def key(self) -> str:
        return "checklist"


@dataclass(frozen=True, slots=True)
class ShowAnnouncement(_Order):
    """The announcement of a public crisis shows the present state."""

    rank: ClassVar[int] = 3

    @property
    def key(self) -> str:
        return "announcement"


@dataclass(frozen=True, slots=True)
class ShowLearned(_Order):
    """What was learned in similar crises is told in the channel, when there is any."""

    rank: ClassVar[int] = 4

    @property
    def key(self) -> str:
        return "learned"


@dataclass(frozen=True, slots=True)
class ShowPing(_Order):
    """A ping is with the person, alone or with others in one message (or says how it was answered)."""

    rank: ClassVar[int] = 1
    reminds: ClassVar[bool] = True

    ping: int
    person: str | None
    """Who is asked by direct message; None: the channel."""
    named: tuple[str, ...] = ()
    """Who is asked by name in the channel."""

    @property
    def key(self) -> str:
        return f"ping:{self.ping}"

    @property
    def lane(self) -> str:
        return f"dm:{self.person}" if self.person else "said"

    @property
    def together(self) -> str:
        return self.lane if self.person else f"said:{'+'.join(self.named)}"


@dataclass(frozen=True, slots=True)
class ShowUpdate(_Order):
    """A status update stands in the channel."""

    rank: ClassVar[int] = 2

    update: int

    @property
    def key(self) -> str:
        return f"update:{self.update}"

    @property
    def lane(self) -> str:
        return "said"


@dataclass(frozen=True, slots=True)
class ThreadUpdate(_Order):
    """A status update of a public crisis stands in the announcement's thread."""

    rank: ClassVar[int] = 3

    update: int

    @property
    def key(self) -> str:
        return f"thread:{self.update}"

    @property
    def lane(self) -> str:
        return "announcement"


@dataclass(frozen=True, slots=True)
class ShowCheck(_Order):
    """The daily question of the monitoring stands in the channel."""

    rank: ClassVar[int] = 3
    reminds: ClassVar[bool] = True

    check: int

    @property
    def key(self) -> str:
        return f"check:{self.check}"

    @property
    def lane(self) -> str:
        return "said"


@dataclass(frozen=True, slots=True)
class ShowLessons(_Order):
    """The lessons of a closed public crisis stand in the announcement channel; those of any crisis in its own."""

    rank: ClassVar[int] = 4

    announced: bool

    @property
    def key(self) -> str:
        return "lessons-announced" if self.announced else "lessons"

    @property
    def lane(self) -> str:
        return "announcement" if self.announced else "said"


@dataclass(frozen=True, slots=True)
class Notice(_Order):
    """A one-off sentence: to one person by direct message, or to the channel when `person` is None."""

    rank: ClassVar[int] = 2
    reminds: ClassVar[bool] = True

    id: int
    text: str
    person: str | None = None

    @property
    def key(self) -> str:
        return f"notice:{self.id}"

    @property
    def lane(self) -> str:
        return f"dm:{self.person}" if self.person else "said"


@dataclass(frozen=True, slots=True)
class TellOpener(_Order):
    """The person who opened the crisis reads, where they are looking, that it is open (or that it could not be)."""

    rank: ClassVar[int] = 1

    reply_to: ReplyTo
    opener: str
    failed: str = ""

    @property
    def key(self) -> str:
        return "opener"

    @property
    def lane(self) -> str:
        return InvitePeople((self.opener,)).lane  # "you are in it" is said when they are


@dataclass(frozen=True, slots=True)
class SetTopic(_Order):
    """The channel topic shows severity and status."""

    rank: ClassVar[int] = 7

    @property
    def key(self) -> str:
        return "topic"


@dataclass(frozen=True, slots=True)
class PinMessage(_Order):
    """The message of this slot is pinned in the channel."""

    rank: ClassVar[int] = 6

    slot: str

    @property
    def key(self) -> str:
        return f"pin:{self.slot}"

    @property
    def lane(self) -> str:
        return self.slot


@dataclass(frozen=True, slots=True)
class ArchiveChannel(_Order):
    """The crisis channel is archived, when its cards show the end: in an archived channel Slack allows no edit."""

    rank: ClassVar[int] = LAST

    @property
    def key(self) -> str:
        return "archive"


Shown = (
    ShowSummary
    | ShowChecklist
    | ShowAnnouncement
    | ShowLearned
    | ShowPing
    | ShowUpdate
    | ThreadUpdate
    | ShowCheck
    | ShowLessons
    | Notice
)
"""Effects that are a message; their key is the slot."""

Effect = Shown | CreateChannel | InvitePeople | TellOpener | SetTopic | PinMessage | ArchiveChannel

EFFECT_KINDS: dict[str, type[Effect]] = {kind.__name__: kind for kind in get_args(Effect)}
"""Stored name -> class. A name in here is in people's databases: never rename one."""


def rank_of(effect: Effect) -> int:
    """When its turn comes: 0 is first."""
    return UNHURRIED if is_unhurried(effect) else effect.rank


def is_unhurried(effect: Effect) -> bool:
    """Nobody waits for it."""
    return isinstance(effect, ShowSummary | ShowChecklist) and effect.unhurried
