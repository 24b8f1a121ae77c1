"""Slack's sizes, by name (docs.slack.dev, Block Kit reference; the sum of block text is undocumented and was measured)."""

BLOCKS_PER_MESSAGE = 50
BLOCKS_PER_VIEW = 100
SECTION_TEXT_MAX_CHARS = 3000
HEADER_MAX_CHARS = 150
OPTION_TEXT_MAX_CHARS = 75
BUTTON_TEXT_MAX_CHARS = 75
OVERFLOW_OPTIONS_MAX = 5
SELECT_OPTIONS_MAX = 100
VIEW_TITLE_MAX_CHARS = 24
INPUT_MAX_CHARS = 3000
MESSAGE_TEXT_MAX_CHARS = 4000
"""Hard for chat.update, advised for chat.postMessage."""
MESSAGE_BLOCKS_TEXT_MAX_CHARS = 11_000
"""All text in the blocks of one message together; Slack refuses somewhere above 11,300."""
CHANNEL_NAME_MAX_CHARS = 80
TOPIC_MAX_CHARS = 250
INVITES_PER_CALL = 100
