"""Fits the confidence: how likely a text is right, from what the decoder thought of it.

A logistic regression on the measures that `sayso models hear` reports, fitted on recordings of held-out
sentences and on sounds that hold no order. Its weights go into the model's description.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from .evaluate import Heard

MEASURES = ["mean_logprob", "min_logprob", "end_logprob", "no_speech_logit", "tokens_per_second"]
MOST_FOOLED = 0.012
"""How many of the sounds without an order may pass as a short text, and how many as a longer one: of what is heard in
a kitchen most is none."""
ODDS = 2.0
"""How much likelier right than wrong the least trusted text is, as often as the shop's sentences are heard right."""
SHORT = 3
"""Tokens of a short text: "Yes.", "The fourth." A word that is none of the shop's sounds most like one of these."""
RIDGE = 1e-3


class CalibrationError(ValueError):
    """A model that is too good or too bad for its confidence to be fitted."""


@dataclass(frozen=True)
class Confidence:
    """The weights, the least confidence of a text that is acted upon and of a short one, and what that meant for the
    sounds that it was fitted on: the part of right texts refused, of wrong ones passed, of sounds without an order
    passed."""

    weights: dict[str, float]
    floor: float
    short_floor: float
    refused: float
    wrong_passed: float
    nothing_passed: float


def fit(spoken: list[Heard], nothing: list[Heard]) -> Confidence:
    """Fits on utterances of a shop's sentences and on sounds without any."""
    texts = [h for h in spoken + nothing if h.features and h.text and not h.text.startswith("[")]
    good = np.array([h.right for h in texts], float)
    if not 0 < good.sum() < len(good):
        raise CalibrationError("the confidence cannot be fitted: all texts are right, or all are wrong")
    matrix = np.array([[1.0] + [h.features[name] for name in MEASURES] for h in texts])
    scale = np.abs(matrix).mean(axis=0) + 1e-9
    # Right and wrong weigh the same: how often each comes here says nothing about a kitchen.
    weight = np.where(good == 1, 0.5 / good.sum(), 0.5 / (1 - good).sum())

    def loss(coefficients: np.ndarray) -> float:
        score = (matrix / scale) @ coefficients
        wrong = np.logaddexp(0, np.where(good == 1, -score, score))
        return float((weight * wrong).sum() + RIDGE * (coefficients[1:] ** 2).sum())

    coefficients = minimize(loss, np.zeros(matrix.shape[1]), method="L-BFGS-B").x / scale
    confidence = expit(matrix @ coefficients)
    weights = dict(zip(["bias", *MEASURES], map(float, coefficients)))
    return _with_floors(weights, confidence, texts, set(map(id, nothing)), len(nothing))


def _with_floors(weights, confidence, texts: list[Heard], foreign: set[int], sounds: int) -> Confidence:
    """The lowest floors at which no more than the allowed part of the foreign sounds passes, and no lower than
    where a text of the shop's sentences is `ODDS` times likelier right than wrong."""
    alien = np.array([id(h) in foreign for h in texts])
    good = np.array([h.right for h in texts])
    short = np.array([h.features["tokens"] <= SHORT for h in texts])
    # The regression takes right and wrong to be as many.
    odds = float(ODDS * (~good & ~alien).sum() / max(1, good.sum()))
    floor = _floor(confidence[alien & ~short], sounds, odds / (1 + odds))
    short_floor = max(floor, _floor(confidence[alien & short], sounds, 0.5))
    passed = confidence >= np.where(short, short_floor, floor)
    return Confidence(
        weights,
        floor,
        short_floor,
        refused=float((good & ~passed).sum() / max(1, good.sum())),
        wrong_passed=float((~good & ~alien & passed).sum() / max(1, (~good & ~alien).sum())),
        nothing_passed=float((alien & passed).sum() / max(1, sounds)),
    )


def _floor(confidence: np.ndarray, sounds: int, least: float) -> float:
    allowed = int(MOST_FOOLED * sounds)
    highest = np.sort(confidence)[::-1]
    floor = max(least, float(np.nextafter(highest[allowed], 1.0)) if len(highest) > allowed else 0.0)
    return min(round(floor + 0.0005, 3), 0.999)
