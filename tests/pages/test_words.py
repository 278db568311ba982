"""Every state that can be shown has a word; colour never speaks alone."""

import pytest

from app_pages._audit_words import VERBS, verb
from app_pages._words import WORDS, badge
from compliance.audit import AuditAction
from models import enums

TONES = {"idle", "info", "ok", "warn", "bad", "special"}


@pytest.mark.parametrize("kind", list(WORDS), ids=lambda kind: kind.__name__)
def test_every_member_of_a_shown_enumeration_has_a_word_an_icon_and_a_tone(kind):
    assert set(WORDS[kind]) == set(kind)
    assert all(word.msgid and word.icon and word.tone in TONES for word in WORDS[kind].values())


@pytest.mark.parametrize("kind", list(WORDS), ids=lambda kind: kind.__name__)
def test_states_that_share_a_colour_differ_by_their_word_or_icon(kind):
    same = {enums.PostAction.APPROVE_STEP, enums.PostAction.APPROVE}  # one button, one word
    shown = [(word.msgid, word.icon) for state, word in WORDS[kind].items() if state not in same]
    assert len(shown) == len(set(shown))


def test_states_of_two_kinds_that_share_a_value_keep_their_own_word():
    assert "Approuvée" in badge(enums.PostStatus.APPROVED)
    assert "Signé" in badge(enums.StepStatus.APPROVED)


def test_every_audit_action_has_a_verb_and_an_unknown_one_is_shown_by_its_code():
    assert set(VERBS) == set(AuditAction)
    assert verb("old:action") == "old:action"
