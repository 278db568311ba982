"""A clock says how long is left, in words and with a tone that is never colour alone."""

from datetime import UTC, datetime, timedelta

import pytest

from app_pages._clocks import ago, deadline, duration, exact, read
from compliance import clock
from i18n import set_language

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=20), "1 min"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=3, minutes=12), "3 h 12"),
        (timedelta(hours=23, minutes=59), "23 h 59"),
        (timedelta(days=2, hours=4), "2 j 4 h"),
        (timedelta(days=12, hours=4), "12 j"),
    ],
)
def test_duration_has_at_most_two_units(left, words):
    assert duration(left) == words


@pytest.mark.parametrize(
    ("left", "tone", "words"),
    [
        (5 * HOUR, "ok", "reste 5 h 00"),
        (6 * HOUR, "ok", "reste 6 h 00"),
        (timedelta(hours=5, minutes=59), "ok", "reste 5 h 59"),
        (-2 * HOUR, "bad", "en retard de 2 h 00"),
    ],
)
def test_a_deadline_is_read_in_words(left, tone, words):
    told = read(NOW + left, now=NOW)
    assert (told.tone, told.words) == (tone, words)


@pytest.mark.parametrize(("elapsed", "tone"), [(17, "ok"), (18, "ok"), (19, "warn"), (24, "warn"), (25, "bad")])
def test_a_deadline_turns_amber_under_a_quarter_of_its_time_and_red_when_late(elapsed, tone):
    opened = NOW - elapsed * HOUR
    assert read(opened + 24 * HOUR, now=NOW, opened_at=opened).tone == tone


def test_the_exact_time_is_that_of_paris():
    assert exact(NOW) == "samedi 21 novembre 2026 à 10:00 (heure de Paris)"


def test_the_exact_time_follows_the_language():
    set_language("en")
    try:
        assert exact(NOW).startswith("Saturday 21 November 2026 at 10:00")
    finally:
        set_language("fr")


def test_a_moment_is_relative_with_the_exact_one_on_hover():
    with clock.at(NOW):
        assert "il y a 2 h 10" in ago(NOW - timedelta(hours=2, minutes=10))
        assert "dans 3 j" in ago(NOW + timedelta(days=3))
        assert "à l&#39;instant" in ago(NOW)
        assert 'title="samedi 21 novembre 2026 à 10:00' in ago(NOW)


def test_a_clock_that_does_not_run_says_nothing():
    assert deadline(None) == ""
    assert ago(None) == ""
