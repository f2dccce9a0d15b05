"""A loudspeaker: what comes on standard input is in a file of its own in FOLDER when it has ended.

usage: loudspeaker.py FOLDER
"""

import os
import sys
import time

folder = sys.argv[1]
unfinished = os.path.join(folder, f".{os.getpid()}")
with open(unfinished, "wb") as file:
    file.write(sys.stdin.buffer.read())
os.rename(unfinished, os.path.join(folder, f"{time.monotonic_ns():020}.raw"))
