"""Home Assistant's part between a satellite and a server of the Wyoming protocol: it hears when the shopper has ended, has
the sound written down, the words answered, the answer spoken, and gives that to the satellite.

usage: home_assistant.py PORT SAMPLES

wyoming-satellite runs as a process of its own, with microphone.py and loudspeaker.py as its commands. What was heard and
what was answered is printed, a line each.
"""

import array
import asyncio
import os
import shlex
import socket
import sys
import tempfile

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.handle import Handled
from wyoming.info import Describe, Info
from wyoming.pipeline import RunPipeline
from wyoming.satellite import RunSatellite
from wyoming.tts import Synthesize

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT = 30
# A sample that is louder than this is speech: the microphone is silent else.
LOUD = 600
# The pause that ends an utterance, in bytes of sound at 16 kHz.
PAUSE = 2 * 16_000 * 7 // 10
RATE = 22_050


async def within(waiting):
    return await asyncio.wait_for(waiting, TIMEOUT)


class Service:
    """One connection to the server for one thing, as Home Assistant opens them."""

    def __init__(self, port):
        self.client = AsyncTcpClient("127.0.0.1", port)

    async def __aenter__(self):
        await self.client.connect()
        return self

    async def __aexit__(self, *_):
        await self.client.disconnect()

    async def send(self, event):
        await self.client.write_event(event)

    async def read(self):
        event = await within(self.client.read_event())
        assert event is not None and event.type != "error", event
        return event

    async def until(self, kind):
        while True:
            event = await self.read()
            if kind.is_type(event.type):
                return kind.from_event(event)


async def offered(port):
    """Hearing is offered once the model is loaded, and the voice once it was tried."""
    for _ in range(100):
        async with Service(port) as service:
            await service.send(Describe().event())
            info = await service.until(Info)
        if info.asr and info.tts and info.handle:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("hearing, handling and speaking were never offered")


async def utterance(satellite):
    """The chunks from the first loud one to the pause."""
    chunks, quiet = [], 0
    while True:
        event = await within(satellite.read_event())
        assert event is not None, "the satellite is gone"
        if not AudioChunk.is_type(event.type):
            continue
        chunk = AudioChunk.from_event(event)
        assert (chunk.rate, chunk.width, chunk.channels) == (16_000, 2, 1)
        loud = max(map(abs, array.array("h", chunk.audio))) > LOUD
        if not chunks and not loud:
            continue
        chunks.append(chunk)
        quiet = 0 if loud else quiet + len(chunk.audio)
        if quiet >= PAUSE:
            return chunks


async def transcribe(port, chunks):
    async with Service(port) as service:
        await service.send(Transcribe(language="en").event())
        await service.send(AudioStart(rate=16_000, width=2, channels=1).event())
        for chunk in chunks:
            await service.send(chunk.event())
        await service.send(AudioStop().event())
        return (await service.until(Transcript)).text


async def handle(port, words):
    async with Service(port) as service:
        context = {"conversation_id": "kitchen", "satellite_id": "assist_satellite.kitchen"}
        await service.send(Event(type="transcript", data={"text": words, "language": "en", "context": context}))
        return (await service.until(Handled)).text


async def speak(port, text, satellite):
    """The sound goes on to the satellite as it comes; how many bytes it was, at the loudspeaker's rate."""
    await satellite.write_event(Synthesize(text).event())
    length = 0
    async with Service(port) as service:
        await service.send(Synthesize(text).event())
        while True:
            event = await service.read()
            await satellite.write_event(event)
            if AudioChunk.is_type(event.type):
                chunk = AudioChunk.from_event(event)
                length += len(chunk.audio) // (chunk.width * chunk.channels) * 2 * RATE // chunk.rate
            if AudioStop.is_type(event.type):
                return length


async def played(folder, number):
    """What the loudspeaker was given as its sound of that number, once it has ended."""
    for _ in range(10 * TIMEOUT):
        files = sorted(name for name in os.listdir(folder) if name.endswith(".raw"))
        if len(files) > number:
            with open(os.path.join(folder, files[number]), "rb") as file:
                return file.read()
        await asyncio.sleep(0.1)
    raise AssertionError("nothing came out of the satellite")


async def connected(port):
    for _ in range(10 * TIMEOUT):
        client = AsyncTcpClient("127.0.0.1", port)
        try:
            await client.connect()
            return client
        except ConnectionRefusedError:
            await asyncio.sleep(0.1)
    raise AssertionError("the satellite does not listen")


async def converse(port, satellite, pipe, folder, samples):
    await satellite.write_event(RunSatellite().event())
    event = await within(satellite.read_event())
    assert RunPipeline.is_type(event.type), event
    for number, recording in enumerate(["reorder-paper-towels.wav", "yes-please.wav"]):
        os.write(pipe, os.path.join(samples, recording).encode() + b"\n")
        words = await transcribe(port, await utterance(satellite))
        await satellite.write_event(Transcript(words).event())
        answer = await handle(port, words)
        print(f"heard: {words}\nanswered: {answer}", flush=True)
        length = await speak(port, answer, satellite)
        sound = await played(folder, number)
        assert abs(len(sound) - length) < RATE // 10, (len(sound), length)
        assert max(map(abs, array.array("h", sound))) > LOUD, "silence"


async def main(port, samples):
    await offered(port)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        own = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "microphone")
        os.mkfifo(path)
        pipe = os.open(path, os.O_RDWR)

        def command(name, argument):
            return shlex.join([sys.executable, os.path.join(HERE, name), argument])

        process = await asyncio.create_subprocess_exec(
            *[sys.executable, "-m", "wyoming_satellite", "--uri", f"tcp://127.0.0.1:{own}", "--no-zeroconf"],
            *["--mic-command", command("microphone.py", path)],
            *["--snd-command", command("loudspeaker.py", folder), "--snd-command-rate", str(RATE)],
        )
        try:
            satellite = await connected(own)
            await converse(port, satellite, pipe, folder, samples)
            await satellite.disconnect()
        finally:
            process.terminate()
            await process.wait()
            os.close(pipe)


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
