"""Logistic regression by Newton's method, for weights so few that a library would be the larger part."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
_STEPS = 25
_FREE = 1e-6


def fit(matrix: Vector, cases: Vector, penalty: float) -> Vector:
    """Return the weights of the columns, the bias last, cases and others counting alike.

    `matrix` is (rows, columns), `cases` 0 or 1 a row; `penalty` holds every weight but the bias towards nothing.
    """
    x = np.hstack([matrix, np.ones((len(matrix), 1))])
    sample = np.where(cases == 1, 0.5 / cases.mean(), 0.5 / (1 - cases.mean()))
    weights, hold = np.zeros(x.shape[1]), np.diag([*[penalty] * matrix.shape[1], _FREE])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (sample * (chance - cases)) + hold @ weights
        curvature = (x.T * (sample * chance * (1 - chance))) @ x + hold
        weights -= np.linalg.solve(curvature, gradient)
    return weights
