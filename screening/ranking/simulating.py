"""`sarcat simulate`: a labelled file in, an order and its figures out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from screening.ranking import measures, recall_curve
from screening.ranking.labelled_file import LabelledRecords, contradictions, labelled
from screening.ranking.own_words import own_words, text_of, words_of_query
from screening.ranking.ranker import BARE_TEXT, Ranker, richness_of
from screening.ranking.simulation import Replay, draw_priors, replay, rows_of
from screening.ranking.text_features import features_of
from screening.stopping import stop_rules
from screening.stopping.stop_rules import Rule
from search.errors import BadInput
from search.records import StoredRecord
from search.review import find_review

_STRANGE = "no word of the topic occurs in the records (another language?): it is of no use here."
_BARE = (
    f"the text has fewer than {BARE_TEXT} different words: it is left aside, and the records are "
    "shown as they stand in the file until an included and an excluded one are known."
)
THIN_SHARE = 0.3  # of records drawn at random, at a cold start from few words


@dataclass(frozen=True)
class Labelled:
    """A set with its labels, row by row, and what is to be said about it."""

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    titles: tuple[str, ...]
    labels: tuple[bool, ...]
    notes: tuple[str, ...] = ()

    @property
    def relevant(self) -> int:
        """Return how many records are relevant."""
        return sum(self.labels)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Return the row of each id."""
        return {id: row for row, id in enumerate(self.ids)}


def read(path: Path) -> Labelled:
    """Read a labelled file; what is odd about it is kept as notes."""
    records, file = labelled(path)
    texts = tuple(text_of(each.record) for each in records)
    notes = tuple(_oddities(records, file, texts))
    ids = tuple(each.key for each in records)
    titles = tuple(each.record.title or "" for each in records)
    return Labelled(path.name, ids, texts, titles, tuple(file.labels[id] for id in ids), notes)


def _oddities(
    records: list[StoredRecord], file: LabelledRecords, texts: Sequence[str]
) -> Iterator[str]:
    if file.unlabelled:
        yield (f"{len(file.unlabelled)} records have no label in {file.column!r} and are left out, "
               f"first {file.unlabelled[0]!r}.")  # fmt: skip
    if pairs := list(contradictions(records, file.labels)):
        first, other = pairs[0]
        yield (f"{len(pairs)} records have the text of another and the other label, first "
               f"{other!r} (as {first!r}): no ranking can tell them apart.")  # fmt: skip
    if empty := sum(not text for text in texts):
        yield f"{empty} records have no text at all: nothing lifts or lowers them."


def words_for(topic: Path | None, review: Path | None, *, cold: bool) -> str:
    """Return the review's own words: of a text file, or for a cold start of the review at hand."""
    if topic is not None:
        try:
            words = topic.read_text("utf-8-sig").strip()
        except FileNotFoundError:
            raise BadInput("there is no such file.", where=str(topic)) from None
        except (UnicodeDecodeError, IsADirectoryError):
            raise BadInput("this is no plain text in UTF-8.", where=str(topic)) from None
        if not words:
            raise BadInput("this file is empty.", where=str(topic),
                           remedy="Write what the review looks for, in its own words.")  # fmt: skip
        return words_of_query(words)
    return own_words(find_review(review).protocol) if cold else ""


@dataclass(frozen=True)
class Simulation:
    """A replay of a set, with what it was given."""

    data: Labelled
    replay: Replay
    cold: bool
    seed: int
    batch: int
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def relevant_at(self) -> list[int]:
        """Return the places of the relevant records among those shown."""
        return self.replay.relevant_at(self.data.labels)

    @property
    def figures(self) -> dict[str, Any]:
        """Return the figures as JSON values; records known before are in none of them."""
        priors = [self.data.ids[row] for row in self.replay.order[: self.replay.priors]]
        return {
            "file": self.data.name, "cold": self.cold, "seed": self.seed, "batch": self.batch,
            "priors": priors, "trained": self.replay.trained,
            **measures.figures(self.relevant_at, len(self.replay.shown)),
            "notes": [*self.data.notes, *self.notes],
        }  # fmt: skip


def simulate(
    data: Labelled,
    words: str,
    prior_ids: Sequence[str] = (),
    *,
    cold: bool = False,
    seed: int = 1,
    batch: int = 1,
    watch: Callable[[int], object] = lambda _by: None,
) -> Simulation:
    """Replay a labelled set. BadInput for priors that it does not hold."""
    if cold and prior_ids:
        raise BadInput("--cold and --prior-ids contradict each other.", remedy="Give one of them.")
    priors = [] if cold else _priors(data, prior_ids, seed)
    own = (words,) if words else ()
    features = features_of((*data.texts, *own), (*data.titles, *("" for _ in own)), own=len(own))
    richness = richness_of(words)
    ranker = Ranker(features, own=len(own), richness=richness)
    done = replay(
        ranker, data.labels, priors, batch=batch, seed=seed,
        random_share=THIN_SHARE * (1 - richness) if richness else 0.0, watch=watch,
    )  # fmt: skip
    is_strange, is_bare = not ranker.sees_own_words, not richness
    notes = [note for note, holds in ((_STRANGE, is_strange), (_BARE, is_bare)) if words and holds]
    return Simulation(data, done, cold, seed, batch, tuple(notes))


def _priors(data: Labelled, ids: Sequence[str], seed: int) -> list[int]:
    if not ids:
        return draw_priors(data.labels, seed)
    unknown = [id for id in ids if id not in data.rows]
    if unknown:
        raise BadInput(
            f"the file has no labelled record {unknown[0]!r}.",
            where=data.name,
            remedy="--prior-ids takes ids of the column id, with commas between.",
        )
    return rows_of(ids, data.rows)


def to_csv(done: Simulation) -> str:
    """Return order,id,prior: the records known before first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("order", "id", "prior"))
    for place, row in enumerate(done.replay.order, start=1):
        writer.writerow((place, done.data.ids[row], int(place <= done.replay.priors)))
    return text.getvalue()


def stopped(done: Simulation, rule: Rule, every: int = 10) -> dict[str, Any]:
    """Return where a rule would have stopped, asked after every so many records."""
    at, total = done.relevant_at, len(done.replay.shown)
    place = stop_rules.first_stop(rule, at, total, every)
    found = sum(each <= (place or total) for each in at)
    return {
        "rule": str(rule),
        "at": place,
        "recall": found / len(at) if at else None,
        "missed": len(at) - found,
        "unread": total - (place or total),
        "work_saved": 1 - (place or total) / total if total else 0.0,
    }


def to_svg(done: Simulation, stopped: dict[str, Any] | None) -> str:
    """Return the recall curve."""
    return recall_curve.to_svg(done.relevant_at, len(done.replay.shown), title=done.data.name,
                               stop_at=stopped["at"] if stopped else None)  # fmt: skip


def lines(done: Simulation, stopped: dict[str, Any] | None) -> Iterator[str]:
    """Give the figures as text."""
    found = done.figures
    yield from (f"! {note}" for note in done.notes)
    yield f"{found['relevant']} relevant among {found['records']} records to be shown."
    if found["relevant"]:
        yield (f"After 10 % of the reading {found['recall@10%']:.1%} were found, after 20 % "
               f"{found['recall@20%']:.1%}.")  # fmt: skip
        yield (f"95 % were found after {found['read_until_95%']:,} records, the last after "
               f"{found['read_until_all']:,}.")  # fmt: skip
        loss = "none" if found["loss"] is None else f"{found['loss']:.4f}"
        yield (f"WSS@95 {found['wss@95']:.3f} · WSS@100 {found['wss@100']:.3f} · loss {loss} · "
               f"NDCG {found['ndcg']:.3f}")  # fmt: skip
    if stopped:
        if stopped["at"] is None:
            yield f"The rule {stopped['rule']} does not stop before the end."
        else:
            yield (f"The rule {stopped['rule']} stops after {stopped['at']:,}: recall "
                   f"{stopped['recall']:.1%}, {stopped['missed']} missed, "
                   f"{stopped['work_saved']:.0%} not read.")  # fmt: skip
