"""The labelled weeks, and BCubed F1 (Bagga and Baldwin, 1998)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from kawaraban.model import Item

WEEKS = (
    *("machines", "energy", "medicine", "transport"),
    *("banking", "space", "models", "harvest"),
    *("chips", "screens", "breaches"),
    *("games", "hotels", "robots"),
    *("robotics", "books", "food"),
)


def read_week(name: str) -> tuple[list[Item], list[str]]:
    """Items of a labelled week, and the story of each."""
    path = Path(__file__).with_name(f"{name}.jsonl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [_item(row) for row in rows], [row["story"] for row in rows]


def _item(row: dict[str, str]) -> Item:
    return Item(
        id=row["id"],
        url=row["url"],
        source=row["source"],
        title=row["title"],
        published=datetime.fromisoformat(row["published"]),
        lang=row["lang"],
        summary=row["summary"],
    )


def bcubed(stories: Sequence[str], groups: Sequence[int]) -> tuple[float, float, float]:
    """F1, precision and recall of groups against the stories they should be."""
    right = np.array([[one == other for other in stories] for one in stories])
    grouped = np.array([[one == other for other in groups] for one in groups])
    precision = ((right & grouped).sum(1) / grouped.sum(1)).mean()
    recall = ((right & grouped).sum(1) / right.sum(1)).mean()
    return 2 * precision * recall / (precision + recall), precision, recall
