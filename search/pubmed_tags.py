"""The field tags that PubMed knows: https://pubmed.ncbi.nlm.nih.gov/help/#using-search-field-tags

What PubMed does not know it does not report: the term is searched everywhere. So the list must be
whole: the tags of the user guide, their long names, and the short names that EInfo lists.
"""

from __future__ import annotations

_SHORT = """
1au ad aid all au auid book cdat cois cn crdt dcom dp dep ed edat epdat fau filter fir gr ip ir isbn
is jid jt la lang lastau lid lr majr mdat mesh mh mhda nm ot owner pa page pdat pg pid pl pmc pmcid
pmid ppdat ps pt ptyp pubn rn sb sh si so subs sta ta ti tiab tt tw uid ui vi vol word
affl auth autn aucl cnty coln cntr dso ecno eid faut filt finv full grnt invr iss jour laut otrm
papx ppdt epdt subh subset titl wrd orgn
"""
_LONG = """
affiliation|all fields|article identifier|author|author - corporate|author - first|author - full|
author - identifier|author - last|author identifier|book|completion date|comment corrections|
conflict of interest statement|conflict of interest statements|corporate author|create date|
date - book|date - completion|date - create|date - creation|date - entrez|date - entry|date - mesh|
date - modification|date - publication|ec/rn number|editor|electronic publication date|entrez date|
entry date|filter|first author name|first author|full author name|full investigator name|
grant number|grants and funding|investigator|isbn|issue|journal|journal title|journal title
abbreviation|language|last author name|last author|location id|mesh date|mesh major topic|
mesh subheading|mesh subheadings|mesh terms|modification date|nlm unique id|other term|other terms|
pagination|personal name as subject|pharmacological action|place of publication|pmcid|pmid|
print publication date|publication date|publication type|publication types|publisher|
secondary source id|subheading|subject - personal name|subset|supplementary concept|text word|
text words|title|title/abstract|transliterated title|uid|volume
"""
TAGS = frozenset(_SHORT.split()) | {" ".join(each.split()) for each in _LONG.split("|")}
_MESH = frozenset({"mh", "mesh", "mesh terms", "majr", "mesh major topic", "sh", "subheading",
                   "mesh subheading"})  # fmt: skip
# Dates and PMIDs, of which a range may be asked for; long names of dates say that they are one.
_RANGED = frozenset({"uid", "pmid", "ui", "cdat", "crdt", "dcom", "dp", "dep", "edat", "epdat",
                     "lr", "mdat", "mhda", "pdat", "ppdat", "papx", "ppdt", "epdt"})  # fmt: skip
NEAR = frozenset({"ti", "title", "tiab", "title/abstract", "ad", "affiliation"})  # take ":~N"


def is_known(tag: str) -> bool:
    """Return whether PubMed knows a tag, as it stands between the square brackets."""
    name, colon, rest = " ".join(tag.lower().split()).partition(":")
    name, rest = name.strip(), rest.strip()
    if not colon:
        return name in TAGS
    return (rest == "noexp" and name in _MESH) or (rest.startswith("~") and name in TAGS)


def is_ranged(tag: str) -> bool:
    """Return whether a tag asks for a date or for a PMID."""
    name = " ".join(tag.lower().split())
    return name in _RANGED or (name in TAGS and "date" in name.split())


def is_heading(tag: str) -> bool:
    """Return whether a tag asks for a MeSH heading or subheading."""
    return tag.lower().partition(":")[0].strip() in _MESH
