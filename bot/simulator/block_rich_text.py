"""What Slack demands of a rich_text block: four kinds of paragraph, each made of inline pieces."""

from __future__ import annotations

from bot.simulator.block_rules import ID_LIMIT, Rule, array, boolean, integer, kinds, one_of, shape, string

# No length is documented for one piece; the limit on all the text of a message binds instead.
_LONG = 100_000

_STYLES = ("bold", "italic", "strike", "underline", "code", "highlight", "client_highlight", "unlink")
_STYLE = shape({}, dict.fromkeys(_STYLES, boolean))
_STYLED: dict[str, Rule] = {"style": _STYLE}
_NAMED = string(ID_LIMIT, 1)

_TEXT = shape({"text": string(_LONG, 1)}, _STYLED)
_LINK = shape({"url": string(3000, 1)}, {**_STYLED, "text": string(_LONG), "unsafe": boolean})

_INLINE: dict[str, Rule] = {
    "text": _TEXT,
    "link": _LINK,
    "user": shape({"user_id": _NAMED}, _STYLED),
    "usergroup": shape({"usergroup_id": _NAMED}, _STYLED),
    "channel": shape({"channel_id": _NAMED}, _STYLED),
    "broadcast": shape({"range": one_of("here", "channel", "everyone")}, _STYLED),
    "emoji": shape({"name": _NAMED}, {**_STYLED, "unicode": string(ID_LIMIT), "skin_tone": integer(1, 6)}),
    "date": shape(
        {"timestamp": integer(0), "format": string(3000, 1)},
        {**_STYLED, "url": string(3000), "fallback": string(3000), "timezone": _NAMED},
    ),
    "color": shape({"value": string(ID_LIMIT, 1)}, _STYLED),
}

_PIECES = array(kinds(_INLINE))
# Slack offers a rule beside a paragraph: border 1 draws it.
_BORDER: dict[str, Rule] = {"border": integer(0, 1)}
_SECTION = shape({"elements": _PIECES})

RICH_TEXT = shape(
    {
        "elements": array(
            kinds(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_list": shape(
                        {
                            "style": one_of("bullet", "ordered"),
                            "elements": array(kinds({"rich_text_section": _SECTION})),
                        },
                        {**_BORDER, "indent": integer(0, 8), "offset": integer(0)},
                    ),
                    # Code is not parsed: it holds text and links and nothing that could notify.
                    "rich_text_preformatted": shape(
                        {"elements": array(kinds({"text": _TEXT, "link": _LINK}))},
                        {**_BORDER, "language": string(ID_LIMIT, 1)},
                    ),
                    "rich_text_quote": shape({"elements": _PIECES}, _BORDER),
                }
            ),
            1,
        )
    },
    {"block_id": string(ID_LIMIT, 1)},
)
