"""The embedded E-utilities server: answers from a corpus of PubMed XML on this machine.

The demo searches it with the real client over HTTP; the tests' faulty servers build on it.
"""

from search.offline.server import serve

__all__ = ["serve"]
