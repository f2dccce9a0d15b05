"""Festival: diphone and HTS voices, a batch of sentences to a start of the program."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .base import TIME_LIMIT_S, Missing, Sound, Voice, VoiceError, finish, read_wave, readable, run_program
from .flite import manner

_PROGRAM = "festival"
_VOICE_FOLDERS = (Path("/usr/share/festival/voices"), Path("/usr/local/share/festival/voices"))
_BATCH = 50
"""Sentences to a start: a voice takes longer to load than to say a sentence."""
_VOICES = {
    "ked_diphone": ("ked", False, "festvox-kdlpc16k (Debian)"),
    "kal_diphone": ("kal", False, "festvox-kallpc16k (Debian)"),
    "cmu_us_slt_arctic_hts": ("slt", True, "festvox-us-slt-hts (Debian)"),
}
"""Voice: the speaker, whether held out of training, the package."""
_DEFINE_SAY = "(define (say text file) (utt.save.wave (utt.synth (eval (list 'Utterance 'Text text))) file 'riff))\n"


@dataclass(frozen=True)
class Festival:
    """One voice of Festival."""

    name: str
    speaker: str
    held_out: bool
    natural: bool = True

    def speak(self, text: str, rng: np.random.Generator) -> Sound:
        said = next(self.speak_many([text], rng))
        if isinstance(said, VoiceError):
            raise said
        return said

    def speak_many(self, texts: Sequence[str], rng: np.random.Generator) -> Iterator[Sound | VoiceError]:
        for first in range(0, len(texts), _BATCH):
            yield from self._batch(texts[first : first + _BATCH], rng)

    def _batch(self, texts: Sequence[str], rng: np.random.Generator) -> Iterator[Sound | VoiceError]:
        manners = [manner(rng, self.held_out) for _ in texts]
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            files = [Path(folder) / f"{index}.wav" for index in range(len(texts))]
            failed = self._run(texts, [stretch for _, stretch in manners], files, Path(folder))
            for text, (size, stretch), file in zip(texts, manners, files, strict=True):
                if not file.exists() and failed is not None and len(texts) > 1:
                    # The program stopped at some sentence: the ones behind it get a start of their own.
                    failed = self._run([text], [stretch], [file], Path(folder)) or failed
                try:
                    yield finish(*read_wave(file), size)
                except VoiceError as error:
                    yield failed if failed is not None and not file.exists() else error

    def _run(
        self, texts: Sequence[str], stretches: Sequence[float], files: Sequence[Path], folder: Path
    ) -> VoiceError | None:
        """Says the texts into the files in one start of the program; what went wrong, if anything."""
        lines = [_DEFINE_SAY, f"(voice_{self.name.removeprefix('festival/')})\n"]
        for text, stretch, file in zip(texts, stretches, files, strict=True):
            # HTS voices carry their durations in their model and do not know the parameter.
            lines.append(f"(Parameter.set 'Duration_Stretch {stretch:.3f})\n")
            try:
                lines.append(f'(say "{readable(text)}" "{file}")\n')
            except VoiceError:
                continue
        script = folder / "say.scm"
        script.write_text("".join(lines), encoding="utf-8")
        try:
            run_program([_PROGRAM, "-b", str(script)], TIME_LIMIT_S * max(1, len(texts)))
        except VoiceError as error:
            return error
        return None


def voices() -> tuple[list[Voice], list[Missing]]:
    """The voices that this machine's Festival can load."""
    if shutil.which(_PROGRAM) is None:
        return [], [Missing("festival", f"no program {_PROGRAM}", "festival (Debian)")]
    found: list[Voice] = []
    lacking: list[Missing] = []
    for voice, (speaker, held_out, package) in _VOICES.items():
        if any(match for folder in _VOICE_FOLDERS for match in folder.glob(f"*/{voice}")):
            found.append(Festival(f"festival/{voice}", speaker, held_out))
        else:
            lacking.append(Missing(f"festival/{voice}", "no such voice", package))
    return found, lacking
