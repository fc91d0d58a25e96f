"""Records as JSON lines: the JSON form of the contract, with what was judged beside it."""

from __future__ import annotations

import json
import re

from search.brought import to_values
from search.records import Record, StoredRecord, base_of, to_contract

# What JSON may hold as it is, but a line of text may not.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffd]")


class Writer:
    """One object a line; it is read again field by field."""

    begin = end = ""

    def __init__(self, _format: str = "jsonl", _flavour: str | None = None) -> None:
        pass

    def one(self, record: Record) -> str:
        """Return one line."""
        key = (record.brought and record.brought.key) or base_of(record)
        document = to_contract(StoredRecord(key, record))
        for name in ("sources", "duplicate_of"):  # the review's, not the record's
            del document[name]
        if record.brought:
            document["brought"] = to_values(record.brought)
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
