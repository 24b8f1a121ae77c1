"""The emoji people use most, by short code. Others are shown by their code, as they are sent."""

from __future__ import annotations

EMOJI: dict[str, str] = {
    "+1": "👍", "-1": "👎", "white_check_mark": "✅", "x": "❌", "pushpin": "📌", "eyes": "👀",
    "raised_hands": "🙌", "pray": "🙏", "clap": "👏", "wave": "👋", "ok_hand": "👌", "muscle": "💪",
    "heart": "❤️", "tada": "🎉", "rocket": "🚀", "fire": "🔥", "rotating_light": "🚨", "warning": "⚠️",
    "question": "❓", "exclamation": "❗", "bulb": "💡", "memo": "📝", "mega": "📣", "loudspeaker": "📢",
    "hourglass": "⌛", "alarm_clock": "⏰", "calendar": "📅", "lock": "🔒", "link": "🔗", "mag": "🔍",
    "speech_balloon": "💬", "newspaper": "📰", "telephone_receiver": "📞", "email": "📧", "package": "📦",
    "slightly_smiling_face": "🙂", "smile": "😄", "thinking_face": "🤔", "cry": "😢", "sob": "😭",
    "scream": "😱", "sweat": "😓", "facepalm": "🤦", "shrug": "🤷", "coffee": "☕", "seedling": "🌱",
    "large_green_circle": "🟢", "large_yellow_circle": "🟡", "red_circle": "🔴", "large_blue_circle": "🔵",
    "one": "1️⃣", "two": "2️⃣", "three": "3️⃣", "arrow_right": "➡️", "star": "⭐", "100": "💯",
}  # fmt: skip
ALIASES = {"thumbsup": "+1", "thumbsdown": "-1", "heavy_check_mark": "white_check_mark"}


def character(name: str) -> str | None:
    """The character for a short code without its colons, None if this table does not know it."""
    base = name.partition("::")[0]
    return EMOJI.get(ALIASES.get(base, base))
