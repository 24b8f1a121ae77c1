"""files.*: uploads in the three steps that replaced files.upload."""

from __future__ import annotations

from bot.simulator import messaging
from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method


@method("files.getUploadURLExternal", tier=4, scopes=["files:write"])
def get_upload_url(call: Context) -> Answer:
    name = call.args.required("filename", "missing_argument")
    length = call.args.number("length", 0)
    if length < 1:
        raise SlackError("invalid_arguments", ["[ERROR] must be greater than 0: length"])
    file_id = call.team.new_id("F")
    call.team.files[file_id] = {
        "id": file_id,
        "name": name,
        "title": name,
        "size": length,
        "user": call.me.id,
    }
    return {"upload_url": call.upload_url(file_id), "file_id": file_id}


@method("files.completeUploadExternal", tier=4, scopes=["files:write"])
def complete_upload(call: Context) -> Answer:
    wanted = call.args.json("files") or []
    files = []
    for entry in wanted:
        stored = call.team.files.get(entry.get("id", ""))
        if stored is None or "content" not in stored:
            raise SlackError("file_not_found")
        stored["title"] = entry.get("title", stored["name"])
        files.append({key: value for key, value in stored.items() if key != "content"})
    if call.args.text("channel_id"):
        channel = call.member_channel("channel_id")
        if channel.archived:
            raise SlackError("is_archived")
        body = {"text": call.args.text("initial_comment"), "files": files}
        thread_ts = call.args.text("thread_ts") or None
        messaging.post(
            call.team,
            channel,
            call.me.id,
            messaging.bot_body(call.team, body),
            thread_ts=thread_ts,
            subtype="file_share",
        )
    return {"files": files}
