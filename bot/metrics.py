"""Numbers for Prometheus. Labels are names of ours and Slack's, never words of a crisis."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

OPENED = Counter("crisis_opened_total", "Crises opened", ["severity"])
ASKED = Counter(
    "crisis_asked_total", "What people asked for, by kind and outcome", ["kind", "name", "outcome"]
)
ACK_SECONDS = Histogram(
    "crisis_ack_seconds",
    "From a delivery's arrival to its acknowledgement",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
)
SLACK_CALLS = Counter(
    "crisis_slack_calls_total", "Calls to Slack by the outbox, by effect and outcome", ["effect", "outcome"]
)
OUTBOX_WAITING = Gauge("crisis_outbox_waiting", "Orders to Slack not carried out yet")
OUTBOX_LATE_SECONDS = Gauge("crisis_outbox_late_seconds", "For how long the oldest order has been due")
SOCKETS = Gauge("crisis_sockets_connected", "Socket Mode connections that are up")
LATE = Gauge(
    "crisis_reminders_late", "Reminders due for more than a minute that Slack does not have (sampled)"
)
LATE_SECONDS = Gauge("crisis_reminders_late_seconds", "For how long the oldest of them has been due")
BECAME_LATE = Counter("crisis_reminders_became_late_total", "Reminders that became late, each counted once")
DAMAGED = Counter("crisis_damaged_records_total", "Records that could not be read, each counted once a run")
