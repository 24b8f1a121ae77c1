"""Text as the worst of days brings it: marks, controls, scripts, sizes, and what other programs would take for orders."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

VICTIM = "UVICTIM0"
"""Stands for the id of somebody who has nothing to do with anything here; see `Stage.aimed`."""

MARKUP = (
    f"<@{VICTIM}>", f"<@{VICTIM}|dana>", "<!channel>", "<!here|here>", "<!subteam^S0PRESS>", "<#C0OTHER|other>", "@here",
    "@channel", "<https://evil.example|https://good.example>", "<https://evil.example>", "https://a.example/?x=1&y=2|z",
    "<mailto:a@b.example|c>", "<!date^1^{date}|now>", "<javascript:alert(1)>", "&lt;!channel&gt;", "&amp;lt;", "&", "<", ">",
    "|", "<!", "<@", "<#", "`", "```", "*", "_", "~", "*b*", ">>> ", "> ", ":pushpin:", ":+1::skin-tone-6:", "[a](https://b.example)",
)  # fmt: skip
ODD = (
    "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\xad", "\u200b", "\u200d", "\u202e", "\u2066", "\u2069", "\ufeff",
    "\ufffd", "\ufffe", "\U000f0000", "\U0010ffff", "e\u0301\u0316", "👩‍👩‍👧‍👦", "🇩🇪", "فيديو", "עברית", "日本語",
    "ﷺ", "İ", "ß", "ⅷ", "１２", "“so”", "’",
    "\n", "\r\n", "\r", "\t", "\x0b", "\x1c", "\u3000", "\xa0",
)  # fmt: skip
ORDERS = (
    "in 3 weeks", "in 99999999999d", "in 5m", "by 2026-12-01", "by tomorrow", "by 9999-99-99", "25:61", "sev1", "sev9", "SEV 2",
    "9" * 40, "-1", "1e999", "0", "#12", "NaN", "'; DROP TABLE crisis; --", '" OR 1=1', "NEAR(a b)", "a* AND -b", "title:x",
    '{"a": [1]}', "null", "<script>alert(1)</script>", "</p>", "{{ 7*7 }}", "{% raw %}", "%s %d %n", "{0} {title}", "{}",
    "\\u0000", "\\", "../../etc/passwd", "- ", "1. ", "• ", "@nobody", "@ana", "#general", "a@b.example", "word", "lead",
    "^", "$(id)", "backlash",
)  # fmt: skip
PIECES = (*MARKUP, *ODD, *ORDERS)
SLACK_LONGEST = 40_000
"""A message is cut there (docs.slack.dev, chat.postMessage)."""

pieces = st.one_of(st.sampled_from(PIECES), st.text(max_size=6))
short = st.lists(pieces, min_size=1, max_size=8).flatmap(
    lambda found: st.sampled_from(("", " ", "\n")).map(lambda between: between.join(found))
)


@st.composite
def long(draw: st.DrawFn, most: int) -> str:
    """Pieces over and over, up to a length at which something happens: a limit, or one beside it."""
    length = draw(st.sampled_from([n for n in (139, 141, 1999, 2999, 3000, 3001, 12_001, most) if n <= most]))
    piece = draw(short) or "x"
    return (piece * (length // len(piece) + 1))[:length]


full = st.tuples(
    st.sampled_from(("&", "<", "><", "&amp;", "x", "word ", "line\n", "<!channel> ")),
    st.sampled_from((140, 150, 3000)),
)
"""As much as fields take, of what grows when it is escaped, and of what does not."""


def texts(most: int = SLACK_LONGEST) -> st.SearchStrategy[str]:
    """Any text of at most so many characters."""
    filled = full.map(lambda chosen: (chosen[0] * chosen[1])[: chosen[1]])
    return st.one_of(short, short, long(most), filled).map(lambda text: text[:most])


json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from((0, -1, 2**31, 2**63, 2**64, 10**30, 0.5, 1e300)),
        st.sampled_from(
            ("", " ", "||", "|||", "1||0", "x|y|z", "9" * 30, "1|" + "k" * 300 + "|1", "C0NOWHERE", VICTIM)
        ),
        short,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(("id", "text", "type", "value")), inner)
    ),
    max_leaves=4,
)
"""Anything that can stand in JSON."""
