"""Trains the network, from nothing or from a checkpoint; a run that was killed goes on where it was.

Two cores are two processes with half of each step's utterances, whose gradients are added: PyTorch's own
threads would wait for each other hundreds of times a step.
"""

from __future__ import annotations

import json
import os
import queue as queues
import signal
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from tqdm import tqdm

from . import losses, vocabulary
from .batches import Batches, Corpus
from .files import write_json, write_torch
from .model import Recogniser, Shape
from .processes import follow_parent
from .start import Start


@dataclass(frozen=True)
class Run:
    """One stage of training."""

    name: str
    sets: tuple[str, ...]
    steps: int
    rate: float = 2e-3
    """The highest learning rate."""
    hold: float = 0.5
    """The part of the steps that it is held for; then it falls in a straight line."""
    warm_up: int = 200
    easy: float = 0.5
    """The part of the steps in which sounds grow from lightly to wholly changed: what is rough from the beginning
    is never aligned."""
    guided: float = 0.55
    """The part of the steps in which the decoder is told where to look."""
    flat: float = 0.3
    """The part of the steps in which the letters are also taken to be spread evenly over the words."""
    start: str = ""
    """The run whose weights this one starts from."""
    start_file: str = ""
    """Where no run is named: the file in the work folder of a model whose weights it starts from."""
    seed: int = 1
    frames: int = 3200
    """Encoder frames of one process's part of a batch."""
    processes: int = 2
    drop: float = 0.05
    smoothing: float = 0.03
    wrong_tokens: float = 0.08

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        progress = step / self.steps
        fall = 1.0 if progress < self.hold else max(0.02, (1 - progress) / (1 - self.hold))
        return self.rate * min(1.0, (step + 1) / self.warm_up) * fall


SAVE_SECONDS = float(os.environ.get("SAYSO_TRAINING_SAVE_SECONDS", "120"))
EVERY = 50
"""Steps between two lines of the log."""


def train(run: Run, used: list[int], work: Path, shape: Shape) -> Path:
    """Trains and returns the checkpoint's path. Writes `WORK/RUN/log.jsonl` beside it."""
    folder = work / run.name
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / "model.pt"
    if final.exists():
        return final
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = (run, used, work, shape, port, os.getpid())
    if run.processes == 1:
        _process(0, *arguments)
    else:
        mp.start_processes(_process, arguments, nprocs=run.processes, start_method="spawn")
    return final


class Trainer:
    """One process's view of a run."""

    def __init__(self, run: Run, used: list[int], work: Path, shape: Shape, rank: int):
        self.run, self.used, self.folder, self.rank = run, used, work / run.name, rank
        torch.manual_seed(run.seed)
        self.model = Recogniser(shape)
        if run.start:
            self.model.load_state_dict(torch.load(work / run.start / "model.pt", weights_only=True)["model"])
        elif run.start_file:
            Start(work / run.start_file).load(self.model, used)
        self.optimizer = torch.optim.AdamW(_groups(self.model), lr=run.rate, betas=(0.9, 0.98), fused=True)
        self.step, self.spent = self._resume()
        self.begun = time.monotonic()
        self.rng = np.random.default_rng([run.seed, 5, self.step, rank])

    def learn(self, batch) -> dict[str, float]:
        """One step; gives its losses."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.rate_at(self.step)
        guide = max(0.0, 1 - self.step / self.run.steps / self.run.guided) if self.run.guided else 0.0
        flat = max(0.0, 1 - self.step / self.run.steps / self.run.flat) if self.run.flat else 0.0
        made = losses.of(self.model, self.run, batch, guide, flat, self.rng)
        self.optimizer.zero_grad()
        made["all"].backward()
        if self.run.processes > 1:
            self._add_gradients()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        return {name: float(value.detach()) for name, value in made.items()}

    def _add_gradients(self) -> None:
        gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in self.model.parameters()]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.run.processes
        at = 0
        for parameter in self.model.parameters():
            parameter.grad = flat[at : at + parameter.numel()].view_as(parameter)
            at += parameter.numel()

    def seconds(self) -> float:
        """How long this run has been computed, in all its processes' lives."""
        return self.spent + time.monotonic() - self.begun

    def save(self, name: str, whole: bool) -> None:
        """Writes a checkpoint; `whole` with what is needed to go on."""
        state = {"run": {k: v for k, v in asdict(self.run).items() if k != "sets"}, "sets": list(self.run.sets)}
        state |= {"model": self.model.state_dict(), "shape": self.model.shape.as_dict(), "used": self.used}
        state |= {"step": self.step, "seconds": self.seconds()}
        if whole:
            state["optimizer"] = self.optimizer.state_dict()
        write_torch(self.folder / name, state)

    def _resume(self) -> tuple[int, float]:
        latest = self.folder / "latest.pt"
        if not latest.exists():
            return 0, 0.0
        state = torch.load(latest, weights_only=True)
        if state["shape"] != self.model.shape.as_dict() or state["used"] != self.used:
            raise RuntimeError(f"{latest}: of another training; name another --work folder, or remove it")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        return state["step"], state["seconds"]


def _process(rank: int, run: Run, used: list[int], work: Path, shape: Shape, port: int, beginner: int) -> None:
    torch.set_num_threads(1)
    if run.processes > 1:
        dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=run.processes)
    trainer = Trainer(run, used, work, shape, rank)
    log = _Log(trainer) if rank == 0 else None
    try:
        _learn(trainer, Maker(run, used, work, trainer.step, rank), log, beginner)
    except KeyboardInterrupt:
        # Ctrl-C, or a stop that the first process hands on: nothing that was learned is lost.
        if log:
            trainer.save("latest.pt", whole=True)
        raise
    if log:
        log.close()
        trainer.save("model.pt", whole=False)
        made = asdict(run) | {"shape": shape.as_dict(), "seconds": round(trainer.seconds())}
        write_json(trainer.folder / "run.json", made)
        (trainer.folder / "latest.pt").unlink(missing_ok=True)
    if run.processes > 1:
        dist.destroy_process_group()


def _learn(trainer: Trainer, maker: Maker, log: _Log | None, beginner: int) -> None:
    """All steps that are left. `beginner` is the process that began the others."""
    saved = time.monotonic()
    while trainer.step < trainer.run.steps:
        if beginner not in (os.getpid(), os.getppid()):
            raise RuntimeError("the process that began this training has ended")
        waited = time.monotonic()
        batch = maker.next()
        waited = time.monotonic() - waited
        made = trainer.learn(batch)
        if log:
            log.add(made | {"wait": waited})
            if time.monotonic() - saved > SAVE_SECONDS:
                trainer.save("latest.pt", whole=True)
                saved = time.monotonic()


class _Log:
    """The progress bar and `log.jsonl`: means over 50 steps."""

    def __init__(self, trainer: Trainer):
        self.trainer, self.sums = trainer, {}
        self.file = (trainer.folder / "log.jsonl").open("a", encoding="utf-8")
        run = trainer.run
        show = {"desc": run.name, "unit": "step", "smoothing": 0.02, "mininterval": 2}
        self.bar = tqdm(total=run.steps, initial=trainer.step, **show)

    def add(self, made: dict[str, float]) -> None:
        for name, value in made.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        self.bar.update()
        step = self.trainer.step
        if step % EVERY:
            return
        means = {name: round(value / EVERY, 4) for name, value in self.sums.items()}
        line = {"step": step, "seconds": round(self.trainer.seconds()), "rate": self.trainer.run.rate_at(step)} | means
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()
        self.bar.set_postfix(tokens=f"{means['tokens']:.3f}", loss=f"{means['text']:.2f}")
        self.sums = {}

    def close(self) -> None:
        self.bar.close()
        self.file.close()


def _groups(model) -> list[dict]:
    parameters = list(model.parameters())
    return [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": 0.05},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]


class Maker:
    """A process of its own that makes the batches while the last one is learned from."""

    def __init__(self, run: Run, used: list[int], work: Path, step: int, rank: int):
        # Not forked: PyTorch's threads do not survive that.
        context = mp.get_context("spawn")
        self.queue = context.Queue(8)
        arguments = (run, used, work, step, rank, self.queue)
        self.process = context.Process(target=_worker, args=arguments, daemon=True)
        self.process.start()

    def next(self):
        """The next batch. Raises `RuntimeError` when there will be none."""
        while True:
            try:
                return self.queue.get(timeout=20).as_tensors()
            except queues.Empty:
                if not self.process.is_alive():
                    raise RuntimeError("the process that makes batches has ended; its message is above") from None


def _worker(run: Run, used: list[int], work: Path, step: int, rank: int, queue) -> None:
    # Ctrl-C reaches this process too; its trainer ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    follow_parent()
    torch.set_num_threads(1)
    batches = Batches(Corpus(work, list(run.sets)), used, run.seed, run.frames, int(run.steps * run.easy))
    for number in range(step, run.steps):
        queue.put(batches.make(number, rank).as_arrays())


def used_tokens(texts) -> list[int]:
    """The tokens that the language needs, in order, the special ones last."""
    numbers: set[int] = set()
    for text in texts:
        numbers.update(vocabulary.encode(text))
    special = [vocabulary.END, vocabulary.START, vocabulary.NO_SPEECH, vocabulary.NO_TIMESTAMPS]
    return sorted(numbers - set(special)) + special
