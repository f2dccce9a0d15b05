"""Leaves a copy of the model in FAKE_MODEL as the new one, or fails in the way that FAKE_FAULT names."""

import argparse
import hashlib
import os
import pathlib
import signal
import sys

DESCRIPTION = """\
description = "of the tests"
size = {size}
sha256 = "{sha256}"
licence = "Apache-2.0 OR MIT"
languages = ["en"]
confidence_floor = 0.6
no_speech_ceiling = 1.0
longest_seconds = 10
context = {{ spare = 8, least = 48, most = 500 }}

[confidence]
bias = 4.0
min_logprob = 2.0
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["all"])
    parser.add_argument("--skill", action="append", required=True, type=pathlib.Path)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--minutes", type=int)
    parser.add_argument("--from-nothing", action="store_true")
    args = parser.parse_args()
    for skill in args.skill:
        assert (skill / "skill.toml").is_file(), skill
    kept = args.work / "kept"
    print("going on with what was kept" if kept.exists() else "beginning", flush=True)
    print("from nothing" if args.from_nothing else "from a model", flush=True)
    kept.write_text("work so far")
    fault = os.environ.get("FAKE_FAULT", "")
    if fault == "dies":
        sys.exit("the voices are gone")
    if fault == "waits":
        print("waiting", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            kept.write_text("put away")
            sys.exit(130)
    if fault != "is done":
        write(args.out, pathlib.Path(os.environ["FAKE_MODEL"]).read_bytes(), fault)


def write(out, model, fault):
    out.mkdir(exist_ok=True)
    said = hashlib.sha256(model).hexdigest()
    if fault == "damaged":
        model = model[:5_000_000]
        said = hashlib.sha256(model).hexdigest()
    if fault == "wrong sha":
        said = "0" * 64
    (out / "model.bin").write_bytes(model)
    if fault != "no description":
        (out / "model.toml").write_text(DESCRIPTION.format(size=len(model), sha256=said))


main()
