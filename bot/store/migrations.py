"""The tables of the SQLite file, and how older files come to have them.

A migration that was released is never changed; what comes later is a new one below it. A field that is added
to the stored state gets a migration too, an empty one if need be: so an older program refuses the file, and
forgets nothing.

Moments are texts of one width in UTC (`rows.moment_text`); they sort as the moments do.
"""

from __future__ import annotations

import secrets

from sqlite_utils import Database, Migrations

migrations = Migrations("crisis-bot")


def applied_names(db: Database) -> list[str]:
    """The migrations this file has seen, in their order. Reads only."""
    return [migration.name for migration in migrations.applied(db)]


def pending_names(db: Database) -> list[str]:
    """The migrations this file has not seen yet. Reads only."""
    return [migration.name for migration in migrations.pending(db)]


def known_names() -> set[str]:
    """Every migration this program knows."""
    with Database(memory=True, execute_plugins=False) as empty:
        return set(pending_names(empty))


@migrations()
def m001_first_tables(db: Database) -> None:
    db.executescript(_FIRST_TABLES)
    db.execute("INSERT INTO about (name, value) VALUES ('identity', ?)", [secrets.token_hex(8)])


@migrations()
def m002_messages_shared(db: Database) -> None:
    db.executescript(_MESSAGES_SHARED)


@migrations()
def m003_roster_hours(db: Database) -> None:
    """The hours of who holds a role, `09:00-17:00 Europe/Berlin`."""
    db.execute("ALTER TABLE roster ADD COLUMN shift TEXT")


@migrations()
def m004_since_when_an_order_waits(db: Database) -> None:
    # next_at moves whenever an order is postponed.
    db.execute("ALTER TABLE outbox ADD COLUMN given_at TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE outbox SET given_at = coalesce(first_tried_at, next_at)")


_FIRST_TABLES = """
CREATE TABLE about (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- state is the crisis; the other columns follow from it at every commit.
CREATE TABLE crisis (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    status TEXT NOT NULL,
    severity INTEGER NOT NULL,
    private INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    due_at TEXT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX crisis_in_progress ON crisis (severity, opened_at) WHERE status IN ('active', 'resolved');
CREATE INDEX crisis_due ON crisis (due_at, number) WHERE due_at IS NOT NULL;

CREATE TABLE channel (
    channel_id TEXT PRIMARY KEY,
    crisis INTEGER NOT NULL REFERENCES crisis (number)
) STRICT, WITHOUT ROWID;

-- Who may see a private crisis; a public one has no rows here.
CREATE TABLE member (
    crisis INTEGER NOT NULL REFERENCES crisis (number),
    person TEXT NOT NULL,
    PRIMARY KEY (crisis, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    crisis INTEGER NOT NULL REFERENCES crisis (number),
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX timeline_of_crisis ON timeline (crisis, id);
CREATE TRIGGER timeline_stays BEFORE UPDATE ON timeline BEGIN
    SELECT RAISE(ABORT, 'The timeline is append-only: an entry is never changed.');
END;
CREATE TRIGGER timeline_keeps BEFORE DELETE ON timeline BEGIN
    SELECT RAISE(ABORT, 'The timeline is append-only: an entry is never deleted.');
END;

-- An order keeps its id, and with it its place in the lane, however often it is ordered again.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    crisis INTEGER NOT NULL REFERENCES crisis (number),
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    lane TEXT NOT NULL,
    rank INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'todo' CHECK (state IN ('todo', 'doing', 'aside')),
    wanted INTEGER NOT NULL DEFAULT 1,
    attempts INTEGER NOT NULL DEFAULT 0,
    first_tried_at TEXT,
    next_at TEXT NOT NULL,
    lease_until TEXT,
    why TEXT NOT NULL DEFAULT '',
    UNIQUE (crisis, key)
) STRICT;
CREATE INDEX outbox_todo ON outbox (next_at) WHERE state = 'todo';
CREATE INDEX outbox_doing ON outbox (lease_until) WHERE state = 'doing';
CREATE INDEX outbox_lane ON outbox (lane, id);

CREATE TABLE message (
    crisis INTEGER NOT NULL REFERENCES crisis (number),
    slot TEXT NOT NULL,
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (crisis, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT,
    state TEXT NOT NULL CHECK (state IN ('new', 'done', 'aside')),
    crisis INTEGER REFERENCES crisis (number),
    received_at TEXT NOT NULL,
    next_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX inbox_new ON inbox (next_at) WHERE state = 'new';
CREATE INDEX inbox_done ON inbox (received_at) WHERE state = 'done';

CREATE TABLE roster (
    role TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    deputy TEXT,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE action_item (
    crisis INTEGER NOT NULL REFERENCES crisis (number),
    id INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    owner TEXT,
    due_on TEXT,
    done_by TEXT,
    done_at TEXT,
    PRIMARY KEY (crisis, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX action_item_open ON action_item (due_on) WHERE done_by IS NULL;

CREATE TABLE archive (
    crisis INTEGER PRIMARY KEY REFERENCES crisis (number),
    playbook_key TEXT NOT NULL,
    private INTEGER NOT NULL,
    closed_at TEXT NOT NULL,
    title TEXT NOT NULL,
    what_happened TEXT NOT NULL,
    summary TEXT NOT NULL,
    went_well TEXT NOT NULL,
    went_badly TEXT NOT NULL,
    lessons TEXT NOT NULL
) STRICT;
CREATE INDEX archive_latest ON archive (closed_at);
CREATE INDEX archive_playbook ON archive (playbook_key, closed_at, crisis);

-- The index over archive reads its text from there; these triggers are the only ones that write to it.
CREATE VIRTUAL TABLE archive_fts USING fts5 (
    title, what_happened, summary, went_well, went_badly, lessons,
    content = 'archive', content_rowid = 'crisis',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER archive_indexed AFTER INSERT ON archive BEGIN
    INSERT INTO archive_fts (rowid, title, what_happened, summary, went_well, went_badly, lessons)
    VALUES (
        new.crisis, new.title, new.what_happened, new.summary, new.went_well, new.went_badly, new.lessons
    );
END;
CREATE TRIGGER archive_unindexed AFTER DELETE ON archive BEGIN
    INSERT INTO archive_fts (
        archive_fts, rowid, title, what_happened, summary, went_well, went_badly, lessons
    ) VALUES (
        'delete', old.crisis,
        old.title, old.what_happened, old.summary, old.went_well, old.went_badly, old.lessons
    );
END;
"""

_MESSAGES_SHARED = """
-- A slot without a message of its own: what it shows stands in the head's, in the order of the ids.
CREATE TABLE together (
    id INTEGER PRIMARY KEY,
    crisis INTEGER NOT NULL REFERENCES crisis (number),
    slot TEXT NOT NULL,
    head_crisis INTEGER NOT NULL REFERENCES crisis (number),
    head_slot TEXT NOT NULL,
    UNIQUE (crisis, slot)
) STRICT;
CREATE INDEX together_of_head ON together (head_crisis, head_slot);

-- Orders of one name may share a message; gathered is the wish (wanted) that the message of another will fulfil.
ALTER TABLE outbox ADD COLUMN together TEXT;
ALTER TABLE outbox ADD COLUMN gathered INTEGER;
"""
