"""Holds conversations with a running `sayso serve`: requests are made of Google's classes and written by
protobuf's own JSON printer in each of its spellings; responses are parsed strictly, so that a field
that does not exist, or is of another type, ends the test."""

import json
import sys
import urllib.request

from google.cloud.dialogflow_v2.types import WebhookRequest as EsRequest
from google.cloud.dialogflow_v2.types import WebhookResponse as EsResponse
from google.cloud.dialogflowcx_v3.types import WebhookRequest as CxRequest
from google.cloud.dialogflowcx_v3.types import WebhookResponse as CxResponse
from google.protobuf import json_format

BASE, SECRET = sys.argv[1:]
AGENT = "projects/p/locations/global/agents/a"
SPELLINGS = [
    {},
    {"preserving_proto_field_name": True},
    {"always_print_fields_with_no_presence": True},
    {"use_integers_for_enums": True, "always_print_fields_with_no_presence": True},
]


class Platform:
    """One of the two, with a count of its requests."""

    def __init__(self, name, response):
        self.name, self.response, self.count = name, response, 0

    def ask(self, request):
        spelling = SPELLINGS[self.count % len(SPELLINGS)]
        self.count += 1
        body = json_format.MessageToJson(type(request).pb(request), **spelling).encode()
        headers = {"Content-Type": "application/json", "X-Agent-Secret": SECRET}
        post = urllib.request.Request(f"{BASE}/dialogflow/{self.name}/household", body, headers)
        with urllib.request.urlopen(post, timeout=10) as answer:
            assert answer.status == 200
            text = answer.read()
        message = json_format.Parse(text, self.response.pb()())
        return message, json.loads(text)


def cx():
    platform = Platform("cx", CxResponse)

    def ask(**query):
        request = CxRequest(
            detect_intent_response_id=f"cx-{platform.count}",
            language_code="en",
            fulfillment_info={"tag": "turn"},
            page_info={
                "current_page": f"{AGENT}/flows/f/pages/1",
                "display_name": "Shop",
                "form_info": {"parameter_info": [{"display_name": "item", "state": "EMPTY", "required": True}]},
            },
            session_info={"session": f"{AGENT}/sessions/kitchen", "parameters": {"theirs": "x", "n": 2}},
            messages=[{"text": {"text": ["One moment."]}}, {"payload": {"a": [1, None, True]}}],
            payload={"telephony": {"caller_id": "+1"}},
            **query,
        )
        return platform.ask(request)

    def decided(message):
        return message.session_info.parameters["sayso_decision"].string_value

    opened, _ = ask(trigger_event="WELCOME")
    assert decided(opened) == "welcomed", opened
    given = {"item": {"original_value": "kitchen rolls", "resolved_value": "paper towels"}}
    intent = {"display_name": "Reorder", "confidence": 0.9, "parameters": given}
    for words in [{"transcript": "reorder paper towels"}, {"transcript": "flibber me a zorgle", "intent_info": intent}]:
        asked, _ = ask(**words)
        assert decided(asked) == "confirming", asked
        messages = asked.fulfillment_response.messages
        assert "Paper Towels" in messages[0].text.text[0], asked
        assert messages[1].output_audio_text.ssml.startswith("<speak>"), asked
        assert asked.fulfillment_response.merge_behavior == asked.fulfillment_response.REPLACE
        left, _ = ask(text="cancel")
        assert decided(left) == "cancelled", left
    ask(text="reorder paper towels", sentiment_analysis_result={"score": -0.9, "magnitude": 1.5})
    again, _ = ask(trigger_intent=f"{AGENT}/intents/yes", intent_info={"display_name": "yes", "confidence": 1})
    assert decided(again) != "placed", again
    placed, _ = ask(text="yes")
    assert decided(placed) == "placed", placed
    assert placed.session_info.parameters["sayso_order_number"].string_value.isdigit(), placed
    assert not placed.target_page
    ask(dtmf_digits="12")
    over, _ = ask(transcript="goodbye")
    assert over.target_page == f"{AGENT}/flows/f/pages/END_SESSION", over
    return platform


def es():
    platform = Platform("es", EsResponse)
    session = "projects/p/agent/sessions/kitchen"

    def ask(words, **result):
        request = EsRequest(
            session=session,
            response_id=f"es-{platform.count}",
            query_result={
                "query_text": words,
                "language_code": "en",
                "all_required_params_present": True,
                "intent_detection_confidence": 0.8,
                "output_contexts": [
                    {"name": f"{session}/contexts/shop", "lifespan_count": 4, "parameters": {"a": {"b": [1, "c"]}}}
                ],
                "fulfillment_messages": [{"text": {"text": ["One moment."]}}],
                **result,
            },
            original_detect_intent_request={"source": "google", "version": "2", "payload": {"user": {}}},
        )
        return platform.ask(request)

    def decided(message):
        context = next(c for c in message.output_contexts if c.name == f"{session}/contexts/sayso")
        return context.parameters["sayso_decision"]

    opened, _ = ask("WELCOME", intent={"display_name": "Default Welcome Intent"})
    assert decided(opened) == "welcomed", opened
    asked, raw = ask("reorder paper towels", intent={"name": "projects/p/agent/intents/1", "display_name": "reorder"})
    assert decided(asked) == "confirming" and "Paper Towels" in asked.fulfillment_text, asked
    shop = next(c for c in asked.output_contexts if c.name.endswith("/shop"))
    assert shop.lifespan_count == 4 and shop.parameters["a"]["b"][1] == "c", asked
    assert raw["payload"]["google"]["expectUserResponse"] is True
    left, _ = ask("cancel")
    assert decided(left) == "cancelled", left
    given = {"item": ["paper towels"], "quantity": 2}
    asked, _ = ask("flibber me a zorgle", intent={"display_name": "Reorder"}, parameters=given)
    assert "2 Northwind Paper Towels" in asked.fulfillment_text, asked
    again, _ = ask("purple monkey dishwasher", intent={"display_name": "yes"})
    assert decided(again) != "placed", again
    placed, _ = ask("yes please", speech_recognition_confidence=0.9)
    assert decided(placed) in ("placed", "asking-pin"), placed
    ask("cancel")
    over, raw = ask("goodbye", sentiment_analysis_result={"query_text_sentiment": {"score": 0.1}})
    assert raw["payload"]["google"]["expectUserResponse"] is False, over
    return platform


for platform in [cx(), es()]:
    print(f"{platform.name}: {platform.count} requests")
