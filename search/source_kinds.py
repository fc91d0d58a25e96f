"""By which kind of source a record was found, in PRISMA-S's words."""

from typing import Literal

# All but the first two are "other methods" in the flow.
Kind = Literal["database", "register", "website", "organisation", "citation", "contact", "other"]
KINDS: tuple[Kind, ...] = (
    "database", "register", "website", "organisation", "citation", "contact", "other",
)  # fmt: skip
