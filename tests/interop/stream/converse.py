"""Shops over a stream with the reference client, and checks every step.

usage: converse.py URL FOLDER_OF_RECORDINGS

What is printed is the number of the one order that was placed.
"""

import asyncio
import os
import sys

from client import Refused, Stream, read_wav
from websockets.exceptions import ConnectionClosed, InvalidStatus

SPEED = 4.0


async def opened(url):
    """A stream is refused until the model is loaded."""
    for _ in range(150):
        try:
            async with Stream(url):
                return
        except InvalidStatus as refused:
            assert refused.response.status_code == 503, refused
            await asyncio.sleep(0.2)
    raise AssertionError("the recogniser was never loaded")


async def shop(url, recording):
    async with Stream(url, speed=SPEED) as stream:
        asked = await stream.say(*recording("reorder-paper-towels"), partials=True)
        assert (asked.reason, asked.spoken) == ("pause", "complete"), asked
        assert asked.turn["heard"] == "Reorder paper towels.", asked.turn
        assert "Shall I order it?" in asked.turn["speech"] and asked.turn["order"] is None, asked.turn
        assert any(asked.sound) and asked.rate >= 8_000, "no sound"
        again = await stream.say(*recording("repeat-that"), hush=True)
        assert again.spoken in ("cancelled", "complete") and again.turn["order"] is None, again
        quiet = await stream.say(b"", 16_000)
        assert quiet.reason == "no_speech" and quiet.turn["heard"] is None, quiet
        assert quiet.turn["order"] is None and quiet.turn["listening"], quiet.turn
        taken_back = await stream.say(*recording("yes"), cancel=True)
        assert taken_back.reason == "cancelled" and taken_back.turn is None, taken_back
        placed = await stream.say(*recording("yes"))
        assert placed.turn["order"] is not None, placed.turn
        return placed.turn["order"]["id"]


async def leave(url, recording):
    """Another connection, the same conversation: a no, and then a yes to nothing."""
    for name in ("reorder-paper-towels", "no-thanks", "yes-please"):
        async with Stream(url, speed=SPEED) as stream:
            answer = await stream.say(*recording(name), session="hall")
            assert answer.turn["order"] is None and answer.turn["session"] == "hall", answer.turn


async def misuse(url):
    async with Stream(url) as stream:
        await stream.tell("order", sku="everything")
        try:
            await stream.read()
            raise AssertionError("it was taken")
        except Refused as refused:
            assert refused.error["code"] == "unknown_message" and refused.error["fatal"], refused.error
        try:
            await stream.read()
            raise AssertionError("it goes on")
        except ConnectionClosed as closed:
            assert closed.rcvd.code == 4400, closed


async def main(url, folder):
    def recording(name):
        return read_wav(os.path.join(folder, name + ".wav"))

    await opened(url)
    print(await shop(url, recording))
    await leave(url, recording)
    await misuse(url)


asyncio.run(main(sys.argv[1], sys.argv[2]))
