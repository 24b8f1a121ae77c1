"""What outlives a crisis, in SQLite: lessons that can be found, work that is left, who stands ready."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from sqlite3 import Row

from sqlite_utils import Database

from bot.domain.model import ActionItem, Incident, RoleHolding
from bot.domain.opening import Roster
from bot.store.base import Archived, OpenAction
from bot.store.rows import archived, moment_text, shift_text
from bot.store.sqlite_connection import Connections
from bot.store.sqlite_crises import VISIBLE, read_incident, read_roster

WORDS_MAX = 50
"""More words than this do not make a search better."""
TELLING_WORD_MIN_CHARS = 4

# title, what_happened, summary, went_well, went_badly, lessons
_RANK = "bm25(archive_fts, 8.0, 1.0, 2.0, 1.0, 1.0, 5.0)"
_LEARNED = "{title summary went_well went_badly lessons}"

_SEARCH = f"""
SELECT number, state
FROM archive_fts JOIN archive ON archive.crisis = archive_fts.rowid JOIN crisis ON number = archive.crisis
WHERE archive_fts MATCH :fits AND {VISIBLE}
ORDER BY {_RANK}, archive.closed_at DESC, number DESC LIMIT :limit
"""  # noqa: S608 (our own words)

_LATEST = f"""
SELECT number, state FROM archive JOIN crisis ON number = archive.crisis WHERE {VISIBLE}
ORDER BY archive.closed_at DESC, number DESC LIMIT :limit
"""  # noqa: S608 (our own words)

# Two short lists, each by an index of its own: those that share words, and the latest of the playbook. Only for the few that
# are left is the state read; it is long, and sorting it along made an opening slower with every crisis that was kept.
_SIMILAR = f"""
WITH fitting (crisis, rank) AS MATERIALIZED (
    SELECT rowid, {_RANK} FROM archive_fts WHERE archive_fts MATCH :fits
), candidate (crisis, rank) AS MATERIALIZED (
    SELECT crisis, rank FROM fitting
    UNION ALL
    SELECT crisis, 0 FROM (
        SELECT crisis FROM archive WHERE playbook_key = :playbook AND private = 0 AND crisis <> :number
        ORDER BY closed_at DESC, crisis DESC LIMIT :limit
    )
), chosen (crisis, same, rank, closed_at) AS MATERIALIZED (
    SELECT candidate.crisis, archive.playbook_key = :playbook, min(candidate.rank), archive.closed_at
    FROM candidate CROSS JOIN archive ON archive.crisis = candidate.crisis
    WHERE archive.private = 0 AND candidate.crisis <> :number
    GROUP BY candidate.crisis
    ORDER BY 2 DESC, 3, 4 DESC, 1 DESC LIMIT :limit
)
SELECT number, state FROM chosen CROSS JOIN crisis ON number = chosen.crisis
ORDER BY chosen.same DESC, chosen.rank, chosen.closed_at DESC, number DESC
"""  # noqa: S608 (our own words)

_OPEN_ACTIONS = f"""
SELECT number, crisis.private, action_item.*
FROM action_item JOIN crisis ON number = action_item.crisis
WHERE done_by IS NULL AND (:of IS NULL OR number IN (SELECT value FROM json_each(:of))) AND {VISIBLE}
ORDER BY due_on IS NULL, due_on, number, action_item.id
"""  # noqa: S608 (our own words)

_SET_ROSTER = """
INSERT INTO roster (role, person, deputy, shift, "by", at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (role) DO UPDATE SET
    person = excluded.person, deputy = excluded.deputy, shift = excluded.shift, "by" = excluded."by", at = excluded.at
"""

# Words of four letters and more that say nothing about a crisis.
_COMMON_WORDS = frozenset(
    re.findall(
        r"\w+",
        """about after again also been before being between both cannot could crisis does doing down during
        each from have having here into just more most need needs only other over people please same should
        since some such than that their them then there these they this those through under until very want
        wants were what when where which while will with without would your yours""",
    )
)


class Lessons(Connections):
    """The part of `Store` that outlives a crisis."""

    async def search(self, words: str, *, viewer: str | None, limit: int = 10) -> list[Archived]:
        every = _fitting_all(words)

        def found(db: Database) -> list[Row]:
            asked = {"viewer": viewer, "limit": limit}
            if not every:
                return db.execute(_LATEST, asked).fetchall()
            return (
                db.execute(_SEARCH, {**asked, "fits": every}).fetchall()
                or db.execute(_SEARCH, {**asked, "fits": _fitting_any(words)}).fetchall()
            )

        rows = await self._search(found)
        return [archived(one) for one in self._readable("crisis", rows, read_incident, key="number")]

    async def similar(self, incident: Incident, *, limit: int = 3) -> list[Archived]:
        asked = {
            "fits": _fitting_telling_words(f"{incident.title} {incident.what_happened}"),
            "number": incident.number,
            "playbook": incident.playbook_key,
            "limit": limit,
        }
        found = await self._search(lambda db: db.execute(_SIMILAR, asked).fetchall())
        return [archived(one) for one in self._readable("crisis", found, read_incident, key="number")]

    async def open_actions(self, *, viewer: str | None, of: Sequence[int] | None = None) -> list[OpenAction]:
        asked = {"viewer": viewer, "of": None if of is None else json.dumps(list(of))}
        found = await self._search(lambda db: db.execute(_OPEN_ACTIONS, asked).fetchall())
        return [_open_action(row) for row in found]

    async def roster(self) -> Roster:
        return await self._read(read_roster)

    async def set_roster(self, holding: RoleHolding, *, by: str, now: datetime) -> None:
        shift = shift_text(holding.shift)
        values = (holding.role, holding.person, holding.deputy, shift, by, moment_text(now))
        await self._execute(_SET_ROSTER, values)


def _open_action(row: Row) -> OpenAction:
    due_on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    item = ActionItem(row["id"], row["text"], row["owner"], due_on)
    return OpenAction(row["number"], row["title"], bool(row["private"]), item)


def _fitting_all(words: str) -> str:
    """What fits all the words, the last of which may still be incomplete. "": there are no words.

    Words are parted at spaces only: where the index sees several (`post-office`), quotes ask for those side by side.
    """
    quoted = _quoted(words.split())
    return f"{_LEARNED} : ({' '.join(quoted)}*)" if quoted else ""


def _fitting_any(words: str) -> str:
    """What fits any of the words, which signs part too."""
    quoted = _quoted(words.split())
    any_of_them = dict.fromkeys((*quoted, *_quoted(re.split(r"[\W_]+", words)), f"{quoted[-1]}*"))
    return f"{_LEARNED} : ({' OR '.join(any_of_them)})"


def _quoted(words: Iterable[str]) -> list[str]:
    """Each word in quotes, where nothing in it means anything to the search language; without what is no word."""
    quoted = []
    for word in words:
        clean = word.encode(errors="replace").decode().replace('"', " ").replace("\0", " ")
        if any(_makes_a_word(character) for character in clean):
            quoted.append(f'"{clean}"')
    return quoted[:WORDS_MAX]


def _makes_a_word(character: str) -> bool:
    """Letters, digits, and characters that have no meaning yet; signs and emoji are not in the index."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category in ("Cn", "Co")


def _fitting_telling_words(text: str) -> str:
    """What fits any word that tells something. Without one it fits nothing."""
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold())
    telling = dict.fromkeys(w for w in found if len(w) >= TELLING_WORD_MIN_CHARS and w not in _COMMON_WORDS)
    return " OR ".join(f'"{word}"' for word in list(telling)[:WORDS_MAX]) or '""'
