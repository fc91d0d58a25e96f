"""Never more requests than allowed, and hardly fewer."""

import threading
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from search.limiter import Limiter


class Time:
    """A clock that only sleeping moves; sleeps end a little early now and then, as real ones do."""

    def __init__(self, slips: Iterable[float] = ()) -> None:
        self.now = 100.0
        self.slips = iter(slips)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += max(seconds - next(self.slips, 0.0), 1e-3)


@given(
    st.lists(st.floats(0, 2), min_size=2, max_size=60),
    st.lists(st.floats(0, 0.2), max_size=60),
    st.sampled_from([3.0, 10.0]),
)
def test_no_second_holds_more_than_allowed(
    works: list[float], slips: list[float], rate: float
) -> None:
    time = Time(slips)
    limiter = Limiter(clock=time.clock, sleep=time.sleep)
    begun = []
    for work in works:
        limiter.wait(rate)
        begun.append(time.now)
        time.now += work  # the request itself takes its time
    for first in begun:
        assert sum(first <= at <= first + 1 for at in begun) <= rate


def test_little_of_the_allowed_is_left_unused() -> None:
    time = Time()
    limiter = Limiter(clock=time.clock, sleep=time.sleep)
    for _ in range(301):
        limiter.wait(3)
    assert 300 / (time.now - 100) >= 0.95 * 3


def test_no_pace_is_no_pause() -> None:
    time = Time()
    limiter = Limiter(clock=time.clock, sleep=time.sleep)
    for _ in range(100):
        limiter.wait(0)
    assert time.now == 100


def test_threads_share_the_pace() -> None:
    limiter, begun, lock = Limiter(), [], threading.Lock()

    def work() -> None:
        import time

        for _ in range(3):
            limiter.wait(100)
            with lock:
                begun.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(begun) - min(begun) >= 11 * 0.0104 * 0.95
