"""The boxes of the flow diagram: their ids (PRISMA 2020's, and those we had to add) and words."""

from __future__ import annotations

from collections.abc import Mapping

from search.source_kinds import Kind

STUDY_AND_REPORT = "A study is an initiative; a report is a paper or page about it."

DATABASES, OTHER = "databases", "other"

# Each box once, in the order in which the diagram is read. `*` marks boxes of ours: the official
# figure has no place for them, but without them the numbers would not add up.
LABELS: Mapping[str, str] = {
    "database_results": "Records identified from databases",
    "register_results": "Records identified from registers",
    "duplicates": "Duplicate records removed",
    "excluded_automatic": "Records marked as ineligible by automation tools",
    "excluded_other": "Records removed for other reasons",
    "records_not_screened": "Records not screened",  # *
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "records_awaiting": "Records not yet decided on title and abstract",  # *
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "dbr_awaiting": "Reports not yet decided on full text",  # *
    "website_results": "Records identified from websites",
    "organisation_results": "Records identified from organisations",
    "citations_results": "Records identified from citation searching",
    "other_results": "Records identified from other sources",  # *
    "other_known": "Records already known from databases",  # *
    "other_duplicates": "Duplicate records removed",  # *
    "other_records_not_screened": "Records not screened",  # *
    "other_records_excluded": "Records excluded on title and abstract",  # *
    "other_records_awaiting": "Records not yet decided on title and abstract",  # *
    "other_sought_reports": "Reports sought for retrieval",
    "other_notretrieved_reports": "Reports not retrieved",
    "other_assessed": "Reports assessed for eligibility",
    "other_excluded": "Reports excluded",
    "other_awaiting": "Reports not yet decided on full text",  # *
    "awaiting_title_abstract": "Awaiting title and abstract screening",  # *
    "awaiting_full_text": "Awaiting full-text assessment",  # *
    "conflicts": "Conflicts to be settled",  # *
    "dbr_included": "Reports included, from databases and registers",  # *
    "other_included": "Reports included, from other methods",  # *
    "new_studies": "Studies included in review",
    "new_reports": "Reports of included studies",
}

# Boxes that are broken down: by database, by register, by reason.
PARTS: Mapping[str, str] = {
    "database_specific_results": "database_results",
    "register_specific_results": "register_results",
    "other_specific_results": "other_results",
    "dbr_excluded": "dbr_excluded",
    "other_excluded": "other_excluded",
}

BOX_OF_KIND: Mapping[Kind, str] = {
    "database": "database_results",
    "register": "register_results",
    "website": "website_results",
    "organisation": "organisation_results",
    "citation": "citations_results",
    "contact": "other_results",
    "other": "other_results",
}
IDENTIFIED = {
    DATABASES: ("database_results", "register_results"),
    OTHER: ("website_results", "organisation_results", "citations_results", "other_results"),
}
# The places of each arm: every record identified there is in exactly one of them (PF-14).
PLACES = {
    DATABASES: ("duplicates", "excluded_automatic", "excluded_other", "records_not_screened",
                "records_excluded",
                "records_awaiting", "dbr_notretrieved_reports", "dbr_excluded", "dbr_awaiting",
                "dbr_included"),
    OTHER: ("other_known", "other_duplicates", "other_records_not_screened",
            "other_records_excluded", "other_records_awaiting",
            "other_notretrieved_reports", "other_excluded", "other_awaiting", "other_included"),
}  # fmt: skip
NO_REASON = "no reason recorded"
