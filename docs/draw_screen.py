"""Draw `screen.svg`, the README's picture of the screening terminal: python docs/draw_screen.py

The offline corpus, not yet screened by anyone, on a screen of 96 by 22: Textual's own picture of
it. The fonts that the picture would load from the network are left out; any of fixed width will do.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from pathlib import Path

from catalogue.demo import demo
from screening.session import open_engine
from screening.terminal.full import Screener
from search.review import Review

PICTURE = Path(__file__).parent / "screen.svg"
SIZE = (96, 22)
KEYS = ("n",) * 6  # a record with much to be seen: names, headings, marked words


async def drawn(review: Review) -> str:
    """Return what a reviewer sees after some keys, as SVG."""
    with open_engine(review, "reviewer-a", "title-abstract", "added") as (engine, _faults):
        screener = Screener(engine)
        async with screener.run_test(size=SIZE) as pilot:
            await pilot.pause()
            for key in KEYS:
                await pilot.pause(1)  # nobody decides sooner; see `screening.terminal.guard`
                await pilot.press(key)
            await pilot.pause()
            return screener.export_screenshot(title="sarcat screen --as reviewer-a")


def without_fonts(picture: str) -> str:
    """Return the picture with nothing that would be fetched."""
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


def main() -> None:
    """Draw the picture from a review that lasts as long as this takes."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder) / "demo"
        demo(at, lambda _text: None)
        shutil.rmtree(at / "decisions")
        picture = asyncio.run(drawn(Review(at)))
    PICTURE.write_text(without_fonts(picture), "utf-8")


if __name__ == "__main__":
    main()
