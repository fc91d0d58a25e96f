"""What other programs make of a RIS file, as far as their code and our trials show.

Each takes a file of ours and gives what it shows of each record, and the file it writes itself.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

Fields = dict[str, list[str]]
Shown = dict[str, object]


def entries(text: str) -> list[Fields]:
    """Return the fields of each record in a RIS file."""
    found: list[Fields] = []
    for line in text.split("\n"):
        tag, value = line[:2], line[6:].strip()
        if tag == "TY":
            found.append(defaultdict(list))
        if found and line[2:6] == "  - " and tag != "ER" and value:
            found[-1][tag].append(value)
    return found


def written(records: Iterable[Mapping[str, list[str]]], end: str = "\n") -> str:
    lines = []
    for record in records:
        lines += [f"{tag}  - {value}" for tag, values in record.items() for value in values]
        lines += ["ER  - ", ""]
    return end.join(lines) + end


def first(entry: Fields, *tags: str) -> str | None:
    return next((entry[tag][0] for tag in tags if entry.get(tag)), None)


def parts(values: Iterable[str], cut: str) -> list[str]:
    return [part.strip() for value in values for part in re.split(cut, value) if part.strip()]


# --- Zotero (its translator RIS.js) -------------------------------------------------------------


def zotero(text: str) -> tuple[list[Shown], str]:
    shown: list[Shown] = []
    out = []
    for entry in entries(text):
        is_article = entry["TY"][0] in ("JOUR", "GEN")
        tags = parts(entry["KW"], ";")
        if len(tags) == 1:
            tags = parts(tags, ",")
        title = html.unescape(re.sub(r"</?\w[^>]*>", "", first(entry, "TI") or ""))
        pages = "-".join(filter(None, (first(entry, "SP"), first(entry, "EP"))))
        notes = [value for value in entry["N1"] if value != title]
        doi = first(entry, "DO")
        shown.append({
            "title": title, "abstract": first(entry, "AB"), "authors": entry["AU"],
            "editors": entry["ED"], "year": first(entry, "PY"), "journal": first(entry, "T2"),
            "volume": first(entry, "VL"), "issue": first(entry, "IS"), "pages": pages,
            "doi": doi if is_article else None, "language": entry["LA"][:1],
            "issn": entry["SN"][:1], "urls": entry["UR"][:1], "words": tags, "notes": notes,
            "extra": entry["M2"], "accession": first(entry, "AN"),
        })  # fmt: skip
        out.append({
            "TY": entry["TY"], "TI": [title], "AU": entry["AU"], "T2": entry["T2"][:1],
            "A2": entry["ED"], "AB": entry["AB"][:1], "DA": entry["DA"][:1] or entry["PY"][:1],
            "PY": entry["PY"][:1], "DO": entry["DO"][:1] if is_article else [],
            "VL": entry["VL"][:1], "IS": entry["IS"][:1], "SP": [pages] if pages else [],
            "LA": entry["LA"][:1], "SN": entry["SN"][:1], "UR": entry["UR"][:1],
            "AN": entry["AN"][:1], "DB": entry["DB"][:1],
            "N1": [f"<p>{value.replace('  ', '&nbsp;&nbsp;')}</p>" for value in notes], "KW": tags,
        })  # fmt: skip
    return shown, written(out, "\r\n")


# --- Rayyan (its importer of RIS; what it adds to notes) ----------------------------------------


def digits(text: str | None) -> str | None:
    """Return what Ruby's ``to_i`` leaves of a text."""
    found = re.match(r"\s*(\d+)", text or "")
    return found[1] if found else None


def rayyan(text: str) -> tuple[list[Shown], str]:
    shown: list[Shown] = []
    out = []
    for entry in entries(text):
        volume, issue = digits(first(entry, "VL")), digits(first(entry, "IS", "M1"))
        words = parts(entry["KW"], ";|--")
        pages = "-".join(filter(None, (first(entry, "SP"), first(entry, "EP"))))
        shown.append({
            "title": first(entry, "T1", "TI"), "abstract": first(entry, "AB"),
            "authors": entry["AU"], "year": first(entry, "PY"), "journal": first(entry, "T2"),
            "volume": volume, "issue": issue, "pages": pages, "language": entry["LA"],
            "urls": entry["UR"], "words": words, "notes": entry["N1"], "issn": entry["SN"][:1],
        })  # fmt: skip
        said = 'RAYYAN-INCLUSION: {"Ann"=>"Included"} | RAYYAN-LABELS: a,b'
        out.append({
            "TY": ["JOUR"], "T1": entry["TI"][:1], "AU": entry["AU"], "Y1": entry["PY"][:1],
            "JO": entry["T2"][:1], "VL": [volume] if volume else [],
            "IS": [issue] if issue else [], "SP": [pages] if pages else [], "LA": entry["LA"],
            "UR": entry["UR"], "KW": words, "AB": entry["AB"], "N1": [*entry["N1"], said],
        })  # fmt: skip
    return shown, written(out)


# --- ASReview 3.0.8, which reads with rispy -----------------------------------------------------

_LISTS = {"A1", "A2", "A3", "A4", "AU", "KW", "N1", "UR"}
_NAMES = {
    "TY": "type_of_reference", "TI": "title", "AB": "abstract", "AU": "authors", "PY": "year",
    "T2": "secondary_title", "VL": "volume", "IS": "number", "SP": "start_page", "EP": "end_page",
    "SN": "issn", "DO": "doi", "AN": "accession_number", "DB": "name_of_database", "C2": "custom2",
    "LA": "language", "M3": "type_of_work", "TT": "translated_title", "KW": "keywords",
    "UR": "urls", "N1": "notes", "DA": "date",
}  # fmt: skip
_ASREVIEW = re.compile(r"ASReview_(relevant|irrelevant|not_seen)")


def asreview(text: str) -> tuple[list[Shown], list[Fields]]:
    """Return what is shown, and the records without the labels, from which both writers begin."""
    shown: list[Shown] = []
    out: list[Fields] = []
    for entry in entries(text):
        label = next(found for note in entry["N1"] if (found := _ASREVIEW.search(note)))[1]
        shown.append({
            "title": first(entry, "TI"), "abstract": first(entry, "AB"), "authors": entry["AU"],
            "year": first(entry, "PY"), "doi": first(entry, "DO"), "words": entry["KW"],
            "label": label, "notes": entry["N1"][1:],
        })  # fmt: skip
        kept = {tag: values if tag in _LISTS else values[-1:] for tag, values in entry.items()
                if tag in _NAMES}  # fmt: skip
        notes = [note for note in entry["N1"] if not _ASREVIEW.fullmatch(note)]
        out.append({**kept, "N1": notes, "label": [label]})
    return shown, out


def asreview_ris(text: str) -> str:
    _, found = asreview(text)
    return written(
        {**{tag: values for tag, values in one.items() if tag != "label"},
         "N1": [f"ASReview_{one['label'][0]}", *one["N1"], 'asreview_note: "Looked again"']}
        for one in found
    )  # fmt: skip


def asreview_csv(text: str) -> str:
    """Return the table; lists are joined without a blank."""
    _, found = asreview(text)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["record_id", *_NAMES.values(), "asreview_label"])
    for number, one in enumerate(found):
        cells = [";".join(one.get(tag, ())) for tag in _NAMES]
        label = {"relevant": "1.0", "irrelevant": "0.0"}.get(one["label"][0], "")
        table.writerow([number, *cells, label])
    return out.getvalue()


_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|march|april|june|july)"
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:e[+-]?\d{1,3})?%?", re.I)
_DAY = re.compile(
    rf"\d{{1,2}}[-/]\d{{1,4}}|\d{{1,4}}[-/]\d{{1,2}}(?:[-/]\d{{1,4}})?|\d{{1,2}}:\d\d"
    rf"|{_MONTH}[ /-]?\d{{1,4}}|\d{{1,2}}[ /-]?{_MONTH}(?:[ /-]?\d{{2,4}})?", re.I,
)  # fmt: skip


def excel(text: str) -> str:
    """Return a table as Excel saves it that was opened by a double click: what it took for values."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    out = io.StringIO()
    csv.writer(out).writerows([[_in_excel(cell) for cell in row] for row in rows])
    return "\ufeff" + out.getvalue()


def _in_excel(cell: str) -> str:
    bare = cell.strip()
    if _DAY.fullmatch(bare):
        return "03-May"
    if _NUMBER.fullmatch(bare):
        number = float(bare.replace(",", "").removesuffix("%")) if bare.strip("%+-,.") else 0
        return f"{number:.5E}" if abs(number) >= 1e11 else f"{number:.10g}"
    return bare.upper() if bare.lower() in ("true", "false") else cell[:32_767]
