"""An A2A agent on a2a-sdk that triages what it is asked: the fake of a fellow, with the real protocol.

    a2a_agent.py PORT [--pushes kept|lost|doubled] [--seconds 0.3]
"""
import argparse, asyncio, json

import httpx, uvicorn
from a2a.helpers.proto_helpers import get_data_parts, new_data_part, new_task_from_user_message
from a2a.server.agent_execution.agent_executor import AgentExecutor
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import (BasePushNotificationSender, InMemoryPushNotificationConfigStore, InMemoryTaskStore,
                              TaskUpdater)
from a2a.types import AgentCapabilities, AgentCard, AgentInterface
from starlette.applications import Starlette

parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("--pushes", choices=["kept", "lost", "doubled"], default="kept")
parser.add_argument("--seconds", type=float, default=0.3)
arguments = parser.parse_args()
counts = {"tasks": 0, "pushes": 0, "refused": 0}


def triage(data):
    title = data["input"]["post"]["title"]
    claim = {"text": title, "quote": title, "type": "quantity", "check_worthiness": 0.9, "harm_if_false": "low"}
    return {"decision": "research", "reject_reason": None, "claims": [claim], "topic": "test", "language": "en",
            "confidence": 0.9, "instructions_in_post": False, "reasoning": "One number."}


class Executor(AgentExecutor):
    async def execute(self, context, queue):
        counts["tasks"] += 1
        task = context.current_task or new_task_from_user_message(context.message)
        await queue.enqueue_event(task)
        updater = TaskUpdater(queue, task.id, task.context_id)
        await updater.start_work()
        await asyncio.sleep(arguments.seconds)
        data = get_data_parts(context.message.parts)[0]
        await updater.add_artifact([new_data_part(triage(data))], name="result", last_chunk=True)
        await updater.complete()

    async def cancel(self, context, queue):
        await TaskUpdater(queue, context.task_id, context.context_id).cancel()


class Sender(BasePushNotificationSender):
    """Loses or doubles what it sends."""

    async def send_notification(self, task_id, event):
        for _ in range({"kept": 1, "lost": 0, "doubled": 2}[arguments.pushes]):
            counts["pushes"] += 1
            await super().send_notification(task_id, event)


async def counted(response):
    if response.status_code >= 300:
        counts["refused"] += 1


async def state(request):
    from starlette.responses import JSONResponse
    return JSONResponse(counts)


url = f"http://127.0.0.1:{arguments.port}/rpc"
card = AgentCard(
    name="fellow", description="triages posts", version="1",
    supported_interfaces=[AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version="1.0")],
    capabilities=AgentCapabilities(push_notifications=True), default_input_modes=["application/json", "text/plain"],
    default_output_modes=["application/json"])
configs = InMemoryPushNotificationConfigStore()
client = httpx.AsyncClient(event_hooks={"response": [counted]})
handler = DefaultRequestHandler(
    agent_executor=Executor(), task_store=InMemoryTaskStore(), agent_card=card, push_config_store=configs,
    push_sender=Sender(client, configs))
app = Starlette(routes=create_agent_card_routes(card) + create_jsonrpc_routes(handler, rpc_url="/rpc"))
app.add_route("/state", state)
uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")
