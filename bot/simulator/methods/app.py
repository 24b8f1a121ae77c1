"""auth.*, api.*, apps.*, team.*, bots.*: who is asking, and where to connect."""

from __future__ import annotations

from bot.simulator.errors import SlackError
from bot.simulator.methods.registry import Answer, Context, method


@method("api.test", tier=4)
def api_test(call: Context) -> Answer:
    if call.args.text("error"):
        raise SlackError(call.args.text("error"), args=call.args.values)
    return {"args": call.args.values}


@method("auth.test", tier=0)
def auth_test(call: Context) -> Answer:
    return {
        "url": f"https://{call.team.domain}.slack.com/",
        "team": call.team.name,
        "user": call.me.name,
        "team_id": call.team.id,
        "user_id": call.me.id,
        "bot_id": call.me.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", tier=1, app_token=True)
def apps_connections_open(call: Context) -> Answer:
    return {"url": call.socket_url()}


@method("team.info", tier=3, scopes=["team:read"])
def team_info(call: Context) -> Answer:
    team = call.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


@method("bots.info", tier=3, scopes=["users:read"])
def bots_info(call: Context) -> Answer:
    bot_id = call.args.text("bot")
    for user in call.team.users.values():
        if user.bot_id and user.bot_id == bot_id:
            bot = {"id": bot_id, "deleted": user.deactivated, "name": user.name, "updated": 0}
            return {"bot": bot | {"app_id": call.team.app_id, "user_id": user.id, "icons": {}}}
    raise SlackError("bot_not_found")
