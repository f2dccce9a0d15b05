"""A microphone: raw 16 kHz mono on standard output, silence but for the recordings whose names come through a pipe.

usage: microphone.py PIPE
"""

import os
import sys
import time
import wave

CHUNK = 1024
SILENCE = bytes(2 * CHUNK)

names = os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK)
sound, heard = b"", b""
began, sent = time.monotonic(), 0
while True:
    try:
        heard += os.read(names, 4096)
    except BlockingIOError:
        pass
    while b"\n" in heard:
        name, heard = heard.split(b"\n", 1)
        with wave.open(name.decode(), "rb") as recording:
            assert (recording.getframerate(), recording.getnchannels(), recording.getsampwidth()) == (16_000, 1, 2)
            sound += recording.readframes(recording.getnframes())
    chunk, sound = sound[: 2 * CHUNK], sound[2 * CHUNK :]
    try:
        sys.stdout.buffer.write(chunk + SILENCE[len(chunk) :])
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The satellite is gone.
        os._exit(0)
    sent += CHUNK
    time.sleep(max(0.0, began + sent / 16_000 - time.monotonic()))
