"""Whisper's network, small, with the names that whisper.cpp gives its tensors.

Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022. Only as many
vocabulary rows as the language uses are trained; `export.py` puts them at their places.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F

MELS = 80
LOCAL_LAYERS = 2
NEAR = [-6, -3, -1, 1, 3, 6]
"""Encoder frames of 20 ms between a frame and what a head looks at when training begins."""
SHARP = 2.6
"""How strongly: about four tenths of the attention lie within a frame of the place."""
CHARACTERS = " abcdefghijklmnopqrstuvwxyz'"
"""What the encoder's auxiliary head spells; 0 is its blank."""


@dataclass(frozen=True)
class Shape:
    """The size of a model. `width` is a multiple of 32, so that its rows can be quantised."""

    vocabulary: int
    width: int = 192
    heads: int = 6
    encoder_layers: int = 4
    decoder_layers: int = 2
    audio_context: int = 500
    text_context: int = 96

    def as_dict(self) -> dict:
        """For a checkpoint."""
        return asdict(self)


class Attention(nn.Module):
    """Multi-head attention; Whisper's keys have no bias."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, x, memory=None, causal=False):
        """`x` is [batch, time, width]; also gives what was looked at: [batch, head, time, memory]."""
        memory = x if memory is None else memory
        split = lambda y: y.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # noqa: E731
        q, k, v = split(self.query(x)), split(self.key(memory)), split(self.value(memory))
        # Written out: PyTorch's fused attention is slow backwards on a processor.
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
        if causal:
            scores = scores + torch.full(scores.shape[-2:], float("-inf"), dtype=scores.dtype).triu(1)
        looked = torch.softmax(scores, dim=-1, dtype=scores.dtype)
        y = looked @ v
        return self.out(y.transpose(1, 2).flatten(2)), looked


class Block(nn.Module):
    """One layer of the encoder, or with `cross` of the decoder."""

    def __init__(self, width: int, heads: int, cross: bool = False):
        super().__init__()
        self.attn, self.attn_ln = Attention(width, heads), nn.LayerNorm(width)
        if cross:
            self.cross_attn, self.cross_attn_ln = Attention(width, heads), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width))
        self.mlp_ln = nn.LayerNorm(width)
        self.cross = cross
        # What a layer adds begins small, so that the first steps do not drown the sound in it.
        for adds in (self.attn.out, self.mlp[2]):
            adds.weight.data *= 0.35

    def forward(self, x, memory=None, drop=0.0):
        looked = None
        x = x + F.dropout(self.attn(self.attn_ln(x), causal=self.cross)[0], drop, self.training)
        if self.cross:
            y, looked = self.cross_attn(self.cross_attn_ln(x), memory)
            x = x + y
        return x + F.dropout(self.mlp(self.mlp_ln(x)), drop, self.training), looked


class Encoder(nn.Module):
    """From the log-mel picture to one vector for each 20 ms."""

    def __init__(self, shape: Shape):
        super().__init__()
        width = shape.width
        self.conv1 = nn.Conv1d(MELS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        # Small positions and large first layers: otherwise a small model learns where before what.
        self.conv1.weight.data *= 2.5
        self.conv2.weight.data *= 2.5
        self.register_buffer("positional_embedding", sinusoids(shape.audio_context, width) * 0.2)
        self.blocks = nn.ModuleList([Block(width, shape.heads) for _ in range(shape.encoder_layers)])
        self.ln_post = nn.LayerNorm(width)
        for block in self.blocks[:LOCAL_LAYERS]:
            look_near(block.attn, width)
        # The sound begins faint where the fast positions are, so that looking near is not looking alike.
        quick = width // shape.heads // 2
        self.conv2.weight.data[[*range(quick), *range(width // 2, width // 2 + quick)]] *= 0.1

    def forward(self, mel, drop=0.0):
        """`mel` is [batch, 80, 2 T]; gives [batch, T, width]."""
        x = F.gelu(self.conv1(mel), approximate="tanh")
        x = F.gelu(self.conv2(x), approximate="tanh").transpose(1, 2)
        x = x + self.positional_embedding[: x.shape[1]].to(x.dtype)
        for block in self.blocks:
            x, _ = block(x, drop=drop)
        return self.ln_post(x)


class Decoder(nn.Module):
    """From the tokens so far, and the encoder's vectors, to the scores of the next token."""

    def __init__(self, shape: Shape):
        super().__init__()
        width = shape.width
        self.token_embedding = nn.Embedding(shape.vocabulary, width)
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        self.positional_embedding = nn.Parameter(torch.randn(shape.text_context, width) * 0.01)
        self.blocks = nn.ModuleList([Block(width, shape.heads, cross=True) for _ in range(shape.decoder_layers)])
        self.ln = nn.LayerNorm(width)
        # The last dimension is kept free: export.py shuts off the unused rows with it.
        free = torch.ones(width)
        free[-1] = 0
        self.register_buffer("free", free)

    def forward(self, tokens, memory, drop=0.0):
        """`tokens` is [batch, n]; gives scores [batch, n, vocabulary] and what each layer looked at."""
        rows = self.token_embedding.weight * self.free
        x = (F.embedding(tokens, rows) + self.positional_embedding[: tokens.shape[1]]).to(memory.dtype)
        looks = []
        for block in self.blocks:
            x, looked = block(x, memory, drop=drop)
            looks.append(looked)
        return F.linear(self.ln(x), rows.to(x.dtype)), looks


class Recogniser(nn.Module):
    """Encoder, decoder, and a head that spells characters from the encoder, which only training uses."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.encoder, self.decoder = Encoder(shape), Decoder(shape)
        self.spell = nn.Linear(shape.width, 1 + len(CHARACTERS))


def look_near(attention: Attention, width: int) -> None:
    """Lets each head of a layer begin by looking some frames before or after its own, as a convolution would.

    A frame's position is sin(w t), cos(w t) for many w. With a query of these and a key of the same, turned by w d,
    their product is the sum of cos(w (t - s + d)): greatest at s = t + d. Left to itself a small encoder takes
    thousands of steps to find that what was said just before and after belongs together.
    """
    half, size = width // 2, width // attention.heads
    step = torch.log(torch.tensor(10_000.0)) / (half - 1)
    rates = torch.exp(-step * torch.arange(half))
    with torch.no_grad():
        for head in range(attention.heads):
            away = NEAR[head % len(NEAR)]
            for n in range(size // 2):
                turn = rates[n] * away
                rows = slice(head * size + 2 * n, head * size + 2 * n + 2)
                sine, cosine = torch.sin(turn), torch.cos(turn)
                block = torch.tensor([[1.0, 0.0], [0.0, 1.0]]) * SHARP
                turned = torch.stack([torch.stack([cosine, -sine]), torch.stack([sine, cosine])]) * SHARP
                attention.query.weight[rows, n], attention.query.weight[rows, half + n] = block[:, 0], block[:, 1]
                attention.key.weight[rows, n], attention.key.weight[rows, half + n] = turned[:, 0], turned[:, 1]


def sinusoids(length: int, width: int) -> torch.Tensor:
    """Whisper's positions for the encoder: [length, width]."""
    step = torch.log(torch.tensor(10_000.0)) / (width // 2 - 1)
    rates = torch.exp(-step * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * rates[None]
    return torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)
