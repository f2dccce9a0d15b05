"""A reference client of Sayso's stream (docs/stream.md): says recordings, one utterance each, in one conversation.

usage: client.py [--token TOKEN] [--partials] URL RECORDING...

    client.py ws://127.0.0.1:7390/v1/stream reorder-paper-towels.wav yes.wav

It needs Python 3.9 and the package `websockets`; the rest is the standard library. Recordings are WAV files, 16 bits, mono.
"""

import argparse
import asyncio
import json
import wave
from dataclasses import dataclass

from websockets.asyncio.client import connect

PROTOCOL = "sayso.stream.v1"
PIECE_SECONDS = 0.02


class Refused(Exception):
    """An `error` of the server."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.error = error


@dataclass
class Answer:
    """What came of an utterance."""

    reason: str  # why it ended: pause, end, no_speech, too_long, cancelled
    turn: "dict | None" = None  # the reply, as POST /v1/turns gives it
    partials: "list[str]" = None
    rate: int = 0  # of the sound, in frames a second
    sound: bytes = b""  # 16 bits, signed, the low byte first, mono
    spoken: str = "not"  # complete, cancelled, interrupted, failed


class Stream:
    """A stream that is open until the end of the block. `speed` is how much faster than life recordings are said."""

    def __init__(self, url, token=None, speed=1.0):
        self.url, self.speed = url, speed
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def __aenter__(self):
        self.socket = await connect(
            self.url, subprotocols=[PROTOCOL], additional_headers=self.headers, compression=None, proxy=None
        )
        self.ready = await self.read("ready")
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    async def tell(self, kind, **fields):
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def read(self, *kinds):
        """The next message: bytes of sound, or a dictionary; with `kinds`, it has to be one of these."""
        message = await self.socket.recv()
        if isinstance(message, bytes):
            return message
        message = json.loads(message)
        if message["type"] == "error":
            raise Refused(message)
        assert not kinds or message["type"] in kinds, message
        return message

    async def say(self, sound, rate=16_000, *, session=None, partials=False, cancel=False, hush=False):
        """Says mono sound of 16 bits and then is quiet, as a microphone would be, until the server has found the end.

        With `cancel` the utterance is taken back once the server has noticed it; with `hush` the answer is cut off
        once it begins.
        """
        fields = {"session": session} if session else {}
        await self.tell("start", rate=rate, partials=partials, **fields)
        await self.read("listening")
        microphone = asyncio.create_task(self.microphone(sound, rate))
        answer = Answer(reason="", partials=[])
        try:
            while not answer.reason:
                message = await self.read("speech_started", "partial", "speech_ended")
                if message["type"] == "partial":
                    answer.partials.append(message["text"])
                elif message["type"] == "speech_ended":
                    answer.reason = message["reason"]
                elif cancel:
                    await self.tell("cancel")
        finally:
            microphone.cancel()
        if answer.reason != "cancelled":
            answer.turn = (await self.read("reply"))["turn"]
            await self.hear(answer, hush)
        return answer

    async def microphone(self, sound, rate):
        size = 2 * int(rate * PIECE_SECONDS)
        for at in range(0, len(sound), size):
            await self.socket.send(sound[at : at + size])
            await asyncio.sleep(PIECE_SECONDS / self.speed)
        while True:
            await self.socket.send(bytes(size))
            await asyncio.sleep(PIECE_SECONDS / self.speed)

    async def hear(self, answer, hush):
        """The sound of an answer. After a `cancel` what was under way is thrown away."""
        while True:
            message = await self.read()
            if isinstance(message, bytes):
                answer.sound += b"" if hush else message
            elif message["type"] == "audio_start":
                answer.rate = message["rate"]
                if hush:
                    await self.tell("cancel")
            elif message["type"] == "audio_end":
                answer.spoken = message["reason"]
                return


def read_wav(path):
    with wave.open(path, "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2), f"{path} is not mono with 16 bits"
        return file.readframes(file.getnframes()), file.getframerate()


async def main(arguments):
    async with Stream(arguments.url, arguments.token) as stream:
        for path in arguments.recordings:
            sound, rate = read_wav(path)
            answer = await stream.say(sound, rate, partials=arguments.partials)
            for text in answer.partials:
                print(f"  … {text}")
            print(f"you:   {answer.turn['heard']}\nsayso: {answer.turn['speech']}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Says recordings to a Sayso server.")
    parser.add_argument("--token")
    parser.add_argument("--partials", action="store_true")
    parser.add_argument("url")
    parser.add_argument("recordings", nargs="+")
    asyncio.run(main(parser.parse_args()))
