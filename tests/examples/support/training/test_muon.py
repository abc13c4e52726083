"""Muon: the step is orthogonal, and it minimises."""

import pytest
import torch

from bakeoff.examples.support.training.muon import Muon, orthogonalised


@pytest.mark.parametrize("shape", [(16, 16), (16, 48), (48, 16)])
def test_singular_values_come_near_one_and_directions_stay(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    inner = u.T @ orthogonalised(matrix[None])[0] @ v.T
    assert inner.diagonal().min() > 0.3
    assert inner.diagonal().max() < 1.4
    assert (inner - inner.diagonal().diag()).abs().max() < 1e-3


def test_matrices_are_orthogonalised_each_by_itself() -> None:
    pair = torch.randn(2, 8, 12, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(orthogonalised(pair)[1], orthogonalised(pair[1:])[0], atol=1e-5)


def test_it_finds_the_matrix_that_was_looked_for() -> None:
    generator = torch.Generator().manual_seed(2)
    goal = torch.randn(8, 8, generator=generator)
    found = torch.nn.Parameter(torch.zeros(8, 8))
    optimizer = Muon([found], lr=0.05)
    first = (found - goal).square().mean().item()
    for _ in range(200):
        optimizer.zero_grad()
        (found - goal).square().mean().backward()
        optimizer.step()
    assert (found - goal).square().mean().item() < 0.01 * first


def test_what_has_no_gradient_stays() -> None:
    still = torch.nn.Parameter(torch.ones(3, 3))
    Muon([still], lr=1.0).step()
    assert torch.equal(still, torch.ones(3, 3))
