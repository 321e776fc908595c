"""Every predictor keeps the contract of ``Predict``."""

from pathlib import Path

import numpy as np
import pytest

from gopolicy import networks
from gopolicy.config import NetworkConfig
from gopolicy.go.features import encode
from gopolicy.go.position import Position
from gopolicy.measure.baselines import BASELINES
from gopolicy.modelstore import ModelInfo
from gopolicy.networks.backend import logits_of
from gopolicy.policy import NetworkPolicy
from gopolicy.predict import log_softmax


@pytest.fixture(scope="module", params=[*BASELINES, 1, 8])
def predict(request):
    """Each baseline, and a network with 1 and with 8 symmetries."""
    if request.param in BASELINES:
        return BASELINES[request.param]
    network = NetworkConfig(filters=4)
    info = ModelInfo(name="test", path=Path(), network=network, card={})
    model = networks.build(network)
    return NetworkPolicy(
        logits_of(model), info, symmetries=request.param
    ).log_probabilities


def test_a_prediction_is_over_the_legal_moves(predict):
    position = Position()
    for point in (72, 288, 60):
        position.play(point)
    planes = np.stack([encode(Position()), encode(position)])
    legal = np.stack([Position().legal_mask(), position.legal_mask()])
    values = predict(planes, legal)
    assert (values.shape, values.dtype) == ((2, 361), np.float64)
    assert ((values > -np.inf) == legal).all()
    assert np.allclose(np.exp(values).sum(axis=1), 1)


def test_log_softmax_is_stable_and_masks():
    logits = np.array([[1e4, 0.0, -1e4], [5.0, 5.0, 5.0], [1.0, 2.0, 3.0]], np.float32)
    legal = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 0]], bool)
    values = log_softmax(logits, legal)
    assert values[0, 0] == 0
    assert np.allclose(values[1], [np.log(0.5), np.log(0.5), -np.inf])
    assert (values[2] == -np.inf).all()
