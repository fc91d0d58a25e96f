"""Texts as numbers, kept beside the database, so that a large review opens at once the second time.

What is kept is nobody's judgement and can be lost: it is worked out again from the texts. It holds
only for the very texts, in the very order, and for the version of the method that made it; a file
that is damaged, of another version or of a form that would lead astray counts as none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from scipy import sparse

from screening.ranking.term_counts import TermCounts, Weighted
from screening.ranking.text_features import VERSION, Features, features_of
from screening.ranking.word_letters import Letters
from search.errors import SarcatError
from search.files import replacing

_AT_LEAST = 2000  # records: fewer are read as fast as they are looked up
_FAULTS = (OSError, ValueError, KeyError, IndexError, TypeError, BadZipFile, EOFError)


def features_kept(path: Path, texts: Sequence[str], titles: Sequence[str], own: int) -> Features:
    """Return `features_of`, from the file where it holds these texts, else made anew and kept."""
    if len(texts) < _AT_LEAST:
        return features_of(texts, titles, own)
    digest = _digest(texts, titles, own)
    found = _read(path, digest, len(texts))
    if found is None:
        found = features_of(texts, titles, own)
        with suppress(
            OSError, SarcatError
        ):  # a folder that cannot be written to: it opens slowly, no more
            _write(path, digest, found)
    return found


def _digest(texts: Sequence[str], titles: Sequence[str], own: int) -> str:
    digest = hashlib.sha256(f"{VERSION} {np.__version__} {own} {len(texts)}".encode())
    for text in chain(texts, titles):
        coded = text.encode("utf-8", "surrogatepass")
        digest.update(len(coded).to_bytes(8, "big"))
        digest.update(coded)
    return digest.hexdigest()


def _write(path: Path, digest: str, features: Features) -> None:
    parts: dict[str, Any] = {"digest": np.array(digest), "pairs": features.pairs,
                             "lengths": features.words.lengths}  # fmt: skip
    for number, rarity in enumerate(features.words.rarity):
        parts[f"rarity.{number}"] = rarity
    for name, matrix in _matrices(features):
        parts |= {f"{name}.{part}": getattr(matrix, part) for part in ("data", "indices", "indptr")}
        parts[f"{name}.shape"] = np.array(matrix.shape)
    for name, letters in (("letters", features.letters), ("titles", features.titles)):
        if letters is not None:
            spelled = "\n".join(letters.names).encode("utf-8", "surrogatepass")
            parts[f"{name}.names"] = np.frombuffer(spelled, dtype=np.uint8)
            parts[f"{name}.lengths"] = letters.lengths
    with replacing(path) as out:
        np.savez(out, allow_pickle=False, **parts)


def _matrices(features: Features) -> Iterator[tuple[str, Any]]:
    for number, counts in enumerate(features.words.counts):
        yield f"words.{number}", counts.matrix  # the first are the words of the letters as well
    yield "letters", features.letters.letters
    if features.titles is not None:
        yield "titles.words", features.titles.words.matrix
        yield "titles", features.titles.letters
    if features.near is not None:
        yield "near", features.near


def _read(path: Path, digest: str, count: int) -> Features | None:
    """Return what is kept; None where there is none, or none that can be relied on."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as parts:
            if str(parts["digest"]) != digest:
                return None
            words = _words(parts)
            has_titles = "titles.names" in parts
            return Features(
                words=_checked(words, count),
                letters=_letters(parts, "letters", words.counts[0]),
                titles=_letters(parts, "titles", _counts(parts, "titles.words"))
                if has_titles
                else None,
                near=_matrix(parts, "near") if "near.data" in parts else None,
                pairs=parts["pairs"],
            )
    except _FAULTS:
        return None


def _words(parts: Any) -> Weighted:
    numbers = [number for number in (0, 1) if f"rarity.{number}" in parts]
    counts = tuple(_counts(parts, f"words.{number}") for number in numbers)
    return Weighted(counts, tuple(parts[f"rarity.{n}"] for n in numbers), parts["lengths"])


def _checked(words: Weighted, count: int) -> Weighted:
    fits = all(
        len(each) == count and each.width == len(rarity)
        for each, rarity in zip(words.counts, words.rarity, strict=True)
    )
    if not fits or len(words.lengths) != count:
        raise ValueError("words")
    return words


def _letters(parts: Any, name: str, words: TermCounts) -> Letters:
    names = parts[f"{name}.names"].tobytes().decode("utf-8", "surrogatepass").split("\n")
    letters, lengths = _matrix(parts, name), parts[f"{name}.lengths"]
    if not words.width == letters.shape[0] == len(names) or len(words) != len(lengths):
        raise ValueError(name)
    return Letters(words, letters, lengths, tuple(names))


def _counts(parts: Any, name: str) -> TermCounts:
    matrix = _matrix(parts, name)
    if matrix.dtype != np.uint8:
        raise ValueError(name)
    return TermCounts(matrix)


def _matrix(parts: Any, name: str) -> Any:
    rows, columns = (int(each) for each in parts[f"{name}.shape"])
    arrays = (parts[f"{name}.data"], parts[f"{name}.indices"], parts[f"{name}.indptr"])
    matrix = sparse.csr_matrix(arrays, shape=(rows, columns))
    matrix.check_format(full_check=True)  # a place outside it would be read from foreign memory
    return matrix
