"""Uses a server as Home Assistant does, through the protocol's own Python library.

usage: client.py PORT RECORDING

Every step is checked here; what is printed is the reply that told of the order.
"""

import asyncio
import sys
import wave

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop, wav_to_chunks
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.handle import Handled, HandledChunk, HandledStart, HandledStop, NotHandled
from wyoming.info import Describe, Info
from wyoming.intent import Intent, NotRecognized, Recognize
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

TIMEOUT = 30


class Talk:
    """A connection that ends with the block."""

    def __init__(self, port):
        self.client = AsyncTcpClient("127.0.0.1", port, read_timeout=TIMEOUT)

    async def __aenter__(self):
        await self.client.connect()
        return self

    async def __aexit__(self, *_):
        await self.client.disconnect()

    async def send(self, eventable):
        await self.client.write_event(eventable.event())

    async def read(self):
        event = await self.client.read_event()
        assert event is not None, "the connection ended"
        return event

    async def expect(self, kind):
        event = await self.read()
        assert kind.is_type(event.type), (event.type, event.data)
        return kind.from_event(event)


async def describe(port):
    async with Talk(port) as talk:
        await talk.send(Describe())
        return await talk.expect(Info)


async def described(port):
    """Hearing is offered once the model is loaded."""
    for _ in range(100):
        info = await describe(port)
        if info.asr:
            return info
        await asyncio.sleep(0.2)
    raise AssertionError("the recogniser was never offered")


async def transcribe(port, recording):
    async with Talk(port) as talk:
        await talk.send(Transcribe(language="en"))
        with wave.open(recording, "rb") as sound:
            for event in wav_to_chunks(sound, 1024, start_event=True, stop_event=True):
                await talk.client.write_event(event.event())
        return (await talk.expect(Transcript)).text


async def audio(talk):
    """The bytes from `audio-start` to `audio-stop`."""
    start = await talk.expect(AudioStart)
    heard = bytearray()
    while True:
        event = await talk.read()
        if AudioStop.is_type(event.type):
            return bytes(heard)
        chunk = AudioChunk.from_event(event)
        assert (chunk.rate, chunk.width, chunk.channels) == (start.rate, start.width, start.channels)
        heard += chunk.audio


async def synthesize(port, voice):
    async with Talk(port) as talk:
        await talk.send(Synthesize("Your order is on its way.", voice=SynthesizeVoice(name=voice)))
        assert any(await audio(talk)), "silence"


async def synthesize_streaming(port):
    pieces = ["That is one. ", "It costs ", "two dollars."]
    async with Talk(port) as talk:
        await talk.send(SynthesizeStart(voice=SynthesizeVoice(language="en-US")))
        for piece in pieces:
            await talk.send(SynthesizeChunk(piece))
        await talk.send(Synthesize("".join(pieces)))
        await talk.send(SynthesizeStop())
        assert any(await audio(talk)) and any(await audio(talk)), "silence"
        await talk.expect(SynthesizeStopped)


async def recognize(port, text):
    async with Talk(port) as talk:
        await talk.send(Recognize(text))
        event = await talk.read()
        if NotRecognized.is_type(event.type):
            return None
        return Intent.from_event(event)


async def say(port, conversation, text):
    """A turn, as Home Assistant's conversation agent takes it: what is not known is passed over."""
    context = {"conversation_id": conversation, "satellite_id": "assist_satellite.kitchen"}
    async with Talk(port) as talk:
        await talk.send(Transcript(text, context=context, language="en"))
        streamed, started = "", False
        while True:
            event = await talk.read()
            assert not Error.is_type(event.type), event.data
            started = started or HandledStart.is_type(event.type)
            if HandledChunk.is_type(event.type):
                streamed += HandledChunk.from_event(event).text
            if Handled.is_type(event.type):
                handled = Handled.from_event(event)
                assert started and streamed == handled.text, (streamed, handled.text)
                assert handled.context["conversation_id"] == conversation
                await talk.expect(HandledStop)
                return handled.text
            if NotHandled.is_type(event.type):
                return NotHandled.from_event(event).text


async def main(port, recording):
    info = await described(port)
    voice = info.tts[0].voices[0]
    assert info.tts[0].supports_synthesize_streaming and info.handle[0].supports_handled_streaming
    assert info.handle[0].models[0].installed and info.intent[0].models[0].installed
    async with Talk(port) as talk:
        await talk.send(Ping("hello"))
        assert (await talk.expect(Pong)).text == "hello"
    words = await transcribe(port, recording)
    assert words == "Reorder paper towels.", words
    await synthesize(port, voice.name)
    await synthesize_streaming(port)
    intent = await recognize(port, words)
    assert intent is not None and intent.name == "reorder", intent
    assert await recognize(port, "colourless green ideas") is None
    asked = await say(port, "first", words)
    assert "Shall I order it?" in asked and "Paper Towels" in asked, asked
    refused = await say(port, "first", "No, thanks.")
    assert "Done" not in refused, refused
    late = await say(port, "first", "Yes, please.")
    assert not late.startswith("Done"), late
    asked = await say(port, "second", words)
    assert "Shall I order it?" in asked, asked
    placed = await say(port, "second", "Yes, please.")
    assert placed.startswith("Done"), placed
    print(placed)


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
