"""A training that starts from a model that is there."""

from pathlib import Path

import pytest
import torch
import zstandard

from sayso_training import export, vocabulary
from sayso_training.average import averaged
from sayso_training.model import Recogniser, Shape
from sayso_training.plan import ALL, START, START_ALL, TWIN, Plan
from sayso_training.start import Start, StartError
from sayso_training.train import train, used_tokens

OLD = used_tokens(["Yes.", "No.", "[INAUDIBLE]", "[BLANK_AUDIO]"])
NEW = used_tokens(["Yes.", "No.", "[INAUDIBLE]", "[BLANK_AUDIO]", "A flat white."])


def shape(used: list[int], **sizes: int) -> Shape:
    return Shape(len(used), **({"width": 64, "heads": 2, "encoder_layers": 1, "decoder_layers": 1} | sizes))


@pytest.fixture
def old(tmp_path: Path) -> Recogniser:
    torch.manual_seed(7)
    model = Recogniser(shape(OLD))
    torch.save({"model": model.state_dict(), "shape": model.shape.as_dict(), "used": OLD}, tmp_path / "old.pt")
    export.export(tmp_path / "old.pt", tmp_path / "old.bin")
    export.export(tmp_path / "old.pt", tmp_path / "old8.bin", eight_bits=True)
    return model.eval()


def grown(file: Path, wanted: Shape) -> Recogniser:
    torch.manual_seed(8)
    start = Start(file)
    model = Recogniser(start.shape(wanted))
    start.load(model, NEW)
    return model.eval()


@pytest.mark.parametrize(("name", "near"), [("old.bin", 0.02), ("old8.bin", 0.15)])
def test_what_a_model_knows_is_kept_also_in_a_larger_network(old, tmp_path, name, near):
    model = grown(tmp_path / name, shape(NEW, width=192, heads=6, encoder_layers=3, decoder_layers=2))
    assert (model.shape.width, model.shape.encoder_layers, model.shape.decoder_layers) == (64, 3, 2)
    mel = torch.randn(2, 80, 120)
    texts = [vocabulary.START, vocabulary.NO_TIMESTAMPS, *vocabulary.encode("Yes.")]
    scores = []
    for network, used in ((old, OLD), (model, NEW)):
        tokens = torch.tensor([[used.index(token) for token in texts]] * 2)
        with torch.no_grad():
            rows = network.decoder(tokens, network.encoder(mel))[0]
        scores.append(rows[:, :, [used.index(token) for token in OLD]])
    assert (scores[0] - scores[1]).abs().max() < near * scores[0].abs().max()


def test_a_packed_model_is_the_same(old, tmp_path):
    packed = tmp_path / "old.bin.zst"
    packed.write_bytes(zstandard.ZstdCompressor().compress((tmp_path / "old8.bin").read_bytes()))
    one, other = Start(packed).tensors, Start(tmp_path / "old8.bin").tensors
    assert one.keys() == other.keys() and all((one[name] == other[name]).all() for name in one)


@pytest.mark.parametrize("broken", [b"", b"no model", b"\x28\xb5\x2f\xfdno frame", None])
def test_what_is_no_model_is_refused_in_a_line(old, tmp_path, broken):
    file = tmp_path / "broken.bin"
    whole = (tmp_path / "old.bin").read_bytes()
    file.write_bytes(whole[: len(whole) - 100] if broken is None else broken)
    with pytest.raises(StartError, match="no model that a training can start from"):
        Start(file)


def test_a_training_starts_from_the_model_of_its_plan(old, spoken_work, skills):
    plan = Plan.of(spoken_work, skills, 0.1, 1, (spoken_work / "old.bin", spoken_work / "old.bin"))
    assert (plan.start, plan.start_all) == (START, START_ALL) and Plan.of(spoken_work, skills, None, 1) == plan
    before = old.state_dict()["encoder.conv1.weight"]
    for stage in (ALL, TWIN):
        train(plan.run(stage, 1), NEW, spoken_work, plan.shape(stage, len(NEW), spoken_work))
        made = torch.load(spoken_work / stage / "model.pt", weights_only=True)["model"]
        assert 0 < (made["encoder.conv1.weight"] - before).abs().max() < 0.2 * before.abs().max(), stage


def test_the_mean_lies_half_way_and_a_new_layer_counts_half(old, tmp_path):
    start = Start(tmp_path / "old.bin")
    wanted = shape(NEW, encoder_layers=2)
    model = Recogniser(start.shape(wanted))
    start.load(model, NEW)
    began = {name: values.clone() for name, values in model.state_dict().items()}
    trained = {name: values + 1.0 for name, values in began.items()}
    torch.save({"model": trained, "shape": model.shape.as_dict(), "used": NEW}, tmp_path / "new.pt")
    averaged(tmp_path / "new.pt", start, tmp_path / "mean.pt")
    mean = torch.load(tmp_path / "mean.pt", weights_only=True)["model"]
    first, second = "encoder.blocks.0.mlp.2.weight", "encoder.blocks.1.mlp.2.weight"
    assert torch.allclose(mean[first], began[first] + 0.5) and torch.allclose(mean[second], trained[second] / 2)
    assert torch.allclose(mean["encoder.blocks.1.mlp.0.weight"], trained["encoder.blocks.1.mlp.0.weight"])
    rows = "decoder.token_embedding.weight"
    for row, token in enumerate(NEW):
        there = 0.5 if token in OLD else 1.0
        assert torch.allclose(mean[rows][row], began[rows][row] + there), token
