"""Write records into a file as a stream; it takes its place whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path

from search.exporters import Writer
from search.exporters.targets import Losses
from search.files import packing, replacing
from search.records import Record


def write(
    path: Path, writer: Writer, records: Iterable[Record], losses: Losses,
    before: Callable[[Losses], None],
) -> int:  # fmt: skip
    """Write the records, and return how many; ``before`` is called before the file is put in place.

    A name that ends in ``.gz`` is compressed. Memory: one record.
    """
    with replacing(path) as raw:
        is_packed = path.name.lower().endswith(".gz")
        with packing(raw) if is_packed else nullcontext(raw) as out:
            out.write(writer.begin.encode())
            for record in records:
                out.write(writer.one(record).encode())
                losses.count(record)
            out.write(writer.end.encode())
        before(losses)
    return losses.records
