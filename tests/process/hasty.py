"""`crisis-bot`, as it is, with an auditor and a heartbeat that do not wait for their minute.

python -m tests.process.hasty serve
"""

from __future__ import annotations

from datetime import timedelta

import bot.app
import bot.auditor
from bot.__main__ import main

BEAT_S = 0.1

if __name__ == "__main__":
    bot.app.AUDIT_EVERY_S = bot.app.HEARTBEAT_EVERY_S = BEAT_S
    bot.auditor.RECOVERY = timedelta(0)
    main()
