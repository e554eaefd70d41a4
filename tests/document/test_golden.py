"""Whole sheets, as they were looked at and found good; `make golden` writes them anew."""

import os
from pathlib import Path

import pytest

from tests.document.sheets import made

GOLDEN = Path(__file__).parent / "golden"
SHEETS = [
    "kinks", "negative", "fractions", "outputs_binary_cross_entropy", "hidden_gelu", "output_elu", "wide",
    "beyond", "beyond_graph", "softmax_batch", "softmax_rows", "rnn_layer", "gru_layer",
    "names_net_out", "names_delta", "names_io_err", "names_superscripts", "as_fractions",
    "max_pool", "conv_stride", "conv_maps", "pool_tie",
    "weight_decay", "dropout", "batch_norm", "attention",
]  # fmt: skip


@pytest.mark.parametrize("dialect", ["md", "tex", "typ"])
@pytest.mark.parametrize("name", SHEETS)
def test_the_sheet_is_as_it_was(name, dialect):
    path = GOLDEN / f"{name}.{dialect}"
    if os.environ.get("SYMBACK_REFRESH"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(made(name, dialect))
    assert made(name, dialect) == path.read_text()


def test_no_sheet_is_left_over():
    assert {path.stem for path in GOLDEN.iterdir()} == set(SHEETS)
