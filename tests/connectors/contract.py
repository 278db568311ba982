"""What every channel owes, whatever its network: inherit, give a `world` fixture, and all of it is tested.

A network that cannot show a case says so in its capabilities; the case is then skipped by name.
"""

import time
from datetime import timedelta

import pytest

from connectors.base import Channel, CommentSwitch, IncomingComment, OutgoingPost, Sight, Token
from errors import AuthExpired, ConnectorError, DeliveryUnknown, RateLimited, Rejected, Unavailable
from tests.connectors.world import World, just_now

TEXT = "Journée de la prévention : parlez-en à votre pharmacien 💊 & à vos proches <3\nhttps://labos-helior.example/p?a=1&b=2"


def poll_all(channel: Channel, cursor, conversations=()):
    """Poll until complete, as the worker does; return the comments by identity and the last cursor."""
    found: dict[str, IncomingComment] = {}
    for _ in range(200):
        page = channel.fetch_comments(cursor, conversations)
        cursor = page.cursor
        found |= {c.external_id: c for c in page.comments}
        if page.complete:
            return found, cursor
        if page.next_allowed_at:
            time.sleep(max(0.0, (page.next_allowed_at - just_now()).total_seconds()))
    pytest.fail("the poll never ended")


def number_of(remote_id: str) -> str:
    """The number that an id of any network ends with: what its public address holds."""
    return remote_id.rpartition("_")[2]


class ChannelContract:
    """The contract; `wrong_token` is a token that the network does not know."""

    wrong_token = Token(access="unknown")

    # --- what we say -------------------------------------------------------------------------------------------

    def test_publish_shows_the_text_exactly_once(self, world: World):
        channel = world.channel()
        receipt = channel.publish(OutgoingPost(TEXT, key="k1", media=world.media))
        shown = channel.read_back(receipt.remote_id)
        assert shown is not None
        assert shown.text == TEXT
        assert channel.same_text(TEXT, shown)
        assert [post["id"] for post in world.published(TEXT)] == [receipt.remote_id]
        assert number_of(receipt.remote_id) in receipt.url
        assert abs(receipt.at - just_now()) < timedelta(minutes=1)

    @pytest.mark.parametrize("changed", [TEXT + ".", TEXT.replace("pharmacien", "médecin"), TEXT.replace("a=1", "a=2")])
    def test_read_back_differs_when_one_word_differs(self, world: World, changed: str):
        channel = world.channel()
        shown = channel.read_back(channel.publish(OutgoingPost(TEXT, key="k1", media=world.media)).remote_id)
        assert shown is not None
        assert not channel.same_text(changed, shown)

    @pytest.mark.parametrize("fault", ["lose_answer", "html_200"])
    def test_publish_with_a_lost_answer_is_unknown(self, world: World, fault: str):
        world.break_next("publish", fault)
        with pytest.raises(DeliveryUnknown):
            world.channel().publish(OutgoingPost(TEXT, key="k1", media=world.media))

    def test_publish_found_after_a_lost_answer_leaves_no_double(self, world: World):
        channel, start = world.channel(), just_now()
        world.break_next("publish", "lose_answer")
        with pytest.raises(DeliveryUnknown):
            channel.publish(OutgoingPost(TEXT, key="k1", media=world.media))
        found = channel.find_own(TEXT, start)
        assert found is not None
        assert [post["id"] for post in world.published(TEXT)] == [found.remote_id]

    def test_publish_that_never_happened_is_not_found(self, world: World):
        channel, start = world.channel(), just_now()
        world.break_next("publish", "status", value=503)
        with pytest.raises(DeliveryUnknown):
            channel.publish(OutgoingPost(TEXT, key="k1", media=world.media))
        assert channel.find_own(TEXT, start) is None
        assert channel.publish(OutgoingPost(TEXT, key="k1", media=world.media)).remote_id
        assert len(world.published(TEXT)) == 1

    def test_publish_answered_too_late_is_unknown_and_found(self, world: World):
        start = just_now()
        world.break_next("publish", "delay", value=1.0)
        with pytest.raises(DeliveryUnknown):
            world.channel(timeout=0.3).publish(OutgoingPost(TEXT, key="k1", media=world.media))
        assert world.channel().find_own(TEXT, start) is not None
        assert len(world.published(TEXT)) == 1

    def test_publish_to_a_dead_network_is_unavailable(self, world: World):
        world.url = "http://127.0.0.1:9"
        with pytest.raises(Unavailable):
            world.channel().publish(OutgoingPost(TEXT, key="k1", media=world.media))

    def test_publish_with_an_unknown_setting_sends_nothing(self, world: World):
        with pytest.raises(Rejected, match="colour"):
            world.channel().publish(OutgoingPost(TEXT, key="k1", settings={"colour": "red"}, media=world.media))
        assert world.published(TEXT) == []

    def test_publish_empty_or_too_long_is_rejected(self, world: World):
        channel = world.channel()
        for text in ("", "  ", "é" * (channel.capabilities.max_length + 1)):
            with pytest.raises(Rejected):
                channel.publish(OutgoingPost(text, key="k1", media=world.media if text.strip() else ()))
        assert [item for item in world.items() if item["author_id"] == world.account.id] == []

    def test_delete_own_takes_it_away_and_may_be_repeated(self, world: World):
        channel = world.channel()
        remote_id = channel.publish(OutgoingPost(TEXT, key="k1", media=world.media)).remote_id
        if not channel.capabilities.deletes_posts:
            with pytest.raises(Rejected):
                channel.delete_own(remote_id)
            remote_id = channel.reply(world.comment("Merci", reply_to=remote_id), "De rien.", key="r1").remote_id
        channel.delete_own(remote_id)
        assert channel.read_back(remote_id) is None
        channel.delete_own(remote_id)

    def test_delete_own_refuses_what_others_wrote(self, world: World):
        comment = world.comment("Merci", reply_to=world.post("Bonjour"))
        with pytest.raises(Rejected):
            world.channel().delete_own(comment)

    def test_our_own_posts_are_listed_whoever_made_them(self, world: World):
        channel, start = world.channel(), just_now().replace(microsecond=0)
        world.post("Avant", at=start - timedelta(days=2))
        mine = channel.publish(OutgoingPost(TEXT, key="k1", media=world.media)).remote_id
        elsewhere = world.post("Fait ailleurs")
        channel.reply(world.comment("Merci", reply_to=mine), "De rien.", key="r1")
        listed = channel.own_posts(start)
        assert {post.remote_id: post.text for post in listed} == {mine: TEXT, elsewhere: "Fait ailleurs"}
        moments = [post.posted_at for post in listed if post.posted_at]
        assert moments == sorted(moments, reverse=True)
        assert {post.text for post in channel.own_posts(start - timedelta(days=3))} >= {"Avant", "Fait ailleurs", TEXT}

    # --- whether people may comment ----------------------------------------------------------------------------

    def test_our_posts_tell_whether_their_comments_are_open_where_the_network_does(self, world: World):
        channel, start = world.channel(), just_now() - timedelta(minutes=5)
        post, other = world.post("Bonjour"), world.post("Bonsoir")

        def told() -> dict[str, bool | None]:
            return {one.remote_id: one.comments_open for one in channel.own_posts(start)}

        tells = channel.capabilities.tells_comments
        assert told() == {post: True if tells else None, other: True if tells else None}
        world.switch(post, enabled=False)
        assert told() == {post: False if tells else None, other: True if tells else None}
        world.switch(post, enabled=True)
        assert told() == {post: True if tells else None, other: True if tells else None}

    def test_a_reading_names_the_watched_posts_that_are_closed_until_they_open_where_the_network_tells(
        self, world: World
    ):
        channel, post, other = world.channel(), world.post("Bonjour"), world.post("Bonsoir")
        world.switch(post, enabled=False)
        closed = (post,) if channel.capabilities.lists_closed else ()
        page = channel.fetch_comments(None, [post, other])
        assert (page.complete, page.closed) == (True, closed)
        assert channel.fetch_comments(page.cursor, [post, other]).closed == closed
        assert channel.fetch_comments(page.cursor, [other]).closed == ()
        world.switch(post, enabled=True)
        assert channel.fetch_comments(None, [post, other]).closed == ()

    def test_comments_are_opened_and_closed_by_a_program_where_the_network_lets_one(self, world: World):
        channel, post = world.channel(), world.post("Bonjour")
        if not channel.capabilities.switches_comments:
            assert not isinstance(channel, CommentSwitch)
            pytest.skip(f"on {channel.network} a person opens and closes comments")
        assert isinstance(channel, CommentSwitch)
        comment = world.comment("Merci", reply_to=post)
        for enabled in (True, True, False, False, True):
            channel.set_comments(post, enabled=enabled)
            (shown,) = channel.own_posts(just_now() - timedelta(minutes=5))
            assert shown.comments_open is enabled
        deleted = channel.capabilities.closing_deletes
        assert (channel.sight(comment) is Sight.GONE) is deleted

    @pytest.mark.parametrize("fault", ["lose_answer", "status"])
    def test_a_switch_with_a_lost_answer_is_unknown_and_may_be_repeated(self, world: World, fault: str):
        channel, post = world.channel(), world.post("Bonjour")
        if not isinstance(channel, CommentSwitch):
            pytest.skip(f"on {channel.network} a person opens and closes comments")
        world.break_next("set_comments", fault)
        with pytest.raises(DeliveryUnknown):
            channel.set_comments(post, enabled=False)
        channel.set_comments(post, enabled=False)
        assert [one.comments_open for one in channel.own_posts(just_now() - timedelta(minutes=5))] == [False]

    # --- what we answer ----------------------------------------------------------------------------------------

    def test_reply_stands_under_its_comment(self, world: World):
        channel = world.channel()
        comment = world.comment("Où le trouver ?", reply_to=world.post("Bonjour"))
        receipt = channel.reply(comment, "En pharmacie.", key="r1")
        shown = channel.read_back(receipt.remote_id)
        assert shown is not None
        assert channel.same_text("En pharmacie.", shown)
        assert next(i for i in world.items() if i["id"] == receipt.remote_id)["parent_id"] == comment

    def test_reply_found_only_under_its_own_comment(self, world: World):
        channel, start, post = world.channel(), just_now(), world.post("Bonjour")
        first, second = world.comment("Bonjour ?", reply_to=post), world.comment("Et moi ?", reply_to=post)
        world.break_next("reply", "lose_answer")
        with pytest.raises(DeliveryUnknown):
            channel.reply(first, "Écrivez-nous.", key="r1")
        assert channel.find_own("Écrivez-nous.", start, in_reply_to=first) is not None
        assert channel.find_own("Écrivez-nous.", start, in_reply_to=second) is None
        assert channel.find_own("Écrivez-nous.", start) is None

    def test_hide_and_show_again(self, world: World):
        channel = world.channel()
        if not channel.capabilities.can_hide:
            pytest.skip(f"{channel.network} cannot hide")
        comment = world.comment("Pub pour autre chose", reply_to=world.post("Bonjour"))
        channel.hide(comment)
        channel.hide(comment)
        assert next(i for i in world.items() if i["id"] == comment)["hidden"]
        channel.unhide(comment)
        assert not next(i for i in world.items() if i["id"] == comment)["hidden"]

    @pytest.mark.parametrize("fault", ["lose_answer", "status", "html_200"])
    def test_hide_with_a_lost_answer_is_unknown(self, world: World, fault: str):
        channel = world.channel()
        if not channel.capabilities.can_hide:
            pytest.skip(f"{channel.network} cannot hide")
        comment = world.comment("Pub", reply_to=world.post("Bonjour"))
        world.break_next("hide", fault)
        with pytest.raises(DeliveryUnknown):
            channel.hide(comment)

    @pytest.mark.parametrize("fault", ["lose_answer", "status", "html_200"])
    def test_unhide_with_a_lost_answer_is_unknown_and_may_be_repeated(self, world: World, fault: str):
        channel = world.channel()
        if not channel.capabilities.can_hide:
            pytest.skip(f"{channel.network} cannot hide")
        comment = world.comment("Pub", reply_to=world.post("Bonjour"))
        channel.hide(comment)
        world.break_next("hide", fault)
        with pytest.raises(DeliveryUnknown):
            channel.unhide(comment)
        channel.unhide(comment)
        assert not next(i for i in world.items() if i["id"] == comment)["hidden"]

    def test_sight_tells_hidden_from_shown_where_the_network_does_and_gone_always(self, world: World):
        channel = world.channel()
        told = channel.capabilities.tells_hidden
        comment = world.comment("Pub", reply_to=world.post("Bonjour"))
        assert channel.sight(comment) is (Sight.SHOWN if told else Sight.UNTOLD)
        if channel.capabilities.can_hide:
            channel.hide(comment)
            assert channel.sight(comment) is (Sight.HIDDEN if told else Sight.UNTOLD)
            assert {one.hidden for one in channel.look_up([comment]).comments} == {True if told else None}
        world.delete(comment)
        assert channel.sight(comment) is Sight.GONE

    def test_sight_that_cannot_be_read_is_unavailable(self, world: World):
        comment = world.comment("Pub", reply_to=world.post("Bonjour"))
        world.break_next("sight", "status", value=503)
        with pytest.raises(Unavailable):
            world.channel().sight(comment)

    def test_hide_of_what_is_gone_or_stands_elsewhere_is_rejected(self, world: World):
        channel = world.channel()
        if not channel.capabilities.can_hide:
            pytest.skip(f"{channel.network} cannot hide")
        gone = world.comment("Pub", reply_to=world.post("Bonjour"))
        world.delete(gone)
        elsewhere = [world.comment("Une mention")] if channel.capabilities.hides_answers_only else []
        for comment in [gone, *elsewhere]:
            with pytest.raises(Rejected):
                channel.hide(comment)

    def test_delete_comment_does_it_or_says_that_the_network_never_will(self, world: World):
        channel = world.channel()
        comment = world.comment("Pub", reply_to=world.post("Bonjour"))
        if channel.capabilities.can_delete_foreign:
            channel.delete_comment(comment)
            channel.delete_comment(comment)
            assert channel.sight(comment) is Sight.GONE
            return
        with pytest.raises(Rejected):
            channel.delete_comment(comment)
        assert channel.sight(comment) is not Sight.GONE

    # --- what is said to us ------------------------------------------------------------------------------------

    def test_fetch_brings_mentions_answers_and_answers_to_answers(self, world: World):
        post = world.post("Bonjour")
        answer = world.comment("J'ai des vertiges", reply_to=post, handle="hibou_bois")
        below = world.comment("moi aussi", reply_to=answer, mention=False)
        mention = world.comment("Une question")
        channel = world.channel()
        found, _ = poll_all(channel, None, [post])
        assert set(found) == {answer, below, mention}
        assert found[answer].text == "J'ai des vertiges"
        assert (found[answer].parent_id, found[answer].conversation_id) == (post, post)
        assert (found[below].parent_id, found[below].conversation_id) == (answer, post)
        assert found[answer].author_handle == ("hibou_bois" if channel.capabilities.tells_handles else "")
        assert found[answer].author_id
        assert found[answer].author_id != found[below].author_id
        assert abs(found[answer].posted_at - just_now()) < timedelta(minutes=1)
        assert number_of(answer) in found[answer].permalink
        assert found[mention].parent_id == world.top()

    @pytest.mark.parametrize(
        "text", ["a & b < c > d &amp; é", "ligne 1\nligne 2", "🤮" * 30, "long " * 200 + "fin", "voir www.exemple.fr !"]
    )
    def test_fetch_gives_the_words_as_they_were_written(self, world: World, text: str):
        post = world.post("Bonjour")
        comment = world.comment(text, reply_to=post)
        found, _ = poll_all(world.channel(), None, [post])
        assert found[comment].text.replace("http://", "") == text

    def test_fetch_pages_until_nothing_is_left(self, world: World):
        post = world.post("Bonjour")
        written = world.comments([f"commentaire {n}" for n in range(230)], reply_to=post)
        found, cursor = poll_all(world.channel(), None, [post])
        assert set(found) == written
        later = world.comment("le dernier", reply_to=post)
        assert later in poll_all(world.channel(), cursor, [post])[0]

    def test_fetch_drops_our_own_posts_by_id_and_by_handle(self, world: World):
        channel, post = world.channel(), world.post("Bonjour")
        comment = world.comment("Bonsoir", reply_to=post)
        channel.reply(comment, "Bonsoir à vous", key="r1")
        stranger = world.comment("Autre", reply_to=post, handle="Loutre_Lac")
        assert set(poll_all(channel, None, [post])[0]) == {comment, stranger}
        if not channel.capabilities.tells_handles:
            return
        known_by_handle = type(world.account)(world.account.id, "loutre_lac", "")
        assert stranger not in poll_all(world.channel(account=known_by_handle), None, [post])[0]

    def test_fetch_brings_an_edit_under_the_same_identity(self, world: World):
        channel, post = world.channel(), world.post("Bonjour")
        if not channel.capabilities.shows_edits:
            pytest.skip(f"on {channel.network} a comment is not changed once it is written")
        comment = world.comment("J'adore", reply_to=post)
        _, cursor = poll_all(channel, None, [post])
        newest = world.edit(comment, "J'ai des vertiges depuis le traitement")
        found, _ = poll_all(channel, cursor, [post])
        assert found[comment].text == "J'ai des vertiges depuis le traitement"
        assert found[comment].revision_id == newest
        assert found[comment].edit_ids[0] == comment

    def test_look_up_tells_what_was_edited_and_what_is_gone(self, world: World):
        channel, post = world.channel(), world.post("Bonjour")
        kept, edited, deleted = (world.comment(f"texte {n}", reply_to=post) for n in range(3))
        newest, text = edited, "texte 1"
        if channel.capabilities.shows_edits:
            newest, text = (
                world.edit(world.edit(edited, "texte corrigé"), "texte corrigé encore"),
                "texte corrigé encore",
            )
        world.delete(deleted)
        answer = channel.look_up([kept, edited, deleted, "1234567890123456789"])
        assert {c.external_id: c.text for c in answer.comments} == {kept: "texte 0", edited: text}
        assert next(c for c in answer.comments if c.external_id == edited).revision_id == newest
        assert answer.missing == {deleted, "1234567890123456789"}

    def test_look_up_of_many_or_none(self, world: World):
        post = world.post("Bonjour")
        written = world.comments([f"commentaire {n}" for n in range(130)], reply_to=post)
        assert {c.external_id for c in world.channel().look_up(sorted(written)).comments} == written
        assert world.channel().look_up([]).comments == ()

    def test_count_is_the_networks_own(self, world: World):
        channel, post = world.channel(), world.post("Bonjour")
        if not channel.capabilities.tells_count:
            pytest.skip(f"{channel.network} tells no count")
        first, second = world.comment("un", reply_to=post), world.comment("deux", reply_to=post)
        if channel.capabilities.shows_edits:
            world.edit(first, "un !")
        world.delete(second)
        world.comment("trois", reply_to=post)
        assert channel.count(post) == 2

    # --- what goes wrong ---------------------------------------------------------------------------------------

    @pytest.mark.parametrize(("fault", "more"), [("status", {"value": 502}), ("html_200", {}), ("lose_answer", {})])
    def test_reading_that_fails_is_unavailable_and_moves_nothing(self, world: World, fault: str, more: dict):
        comment = world.comment("Bonjour")
        world.break_next("fetch_comments", fault, **more)
        with pytest.raises(Unavailable) as caught:
            world.channel().fetch_comments(None)
        assert caught.value.reason
        assert comment in poll_all(world.channel(), None)[0]

    def test_reading_that_takes_too_long_is_unavailable(self, world: World):
        world.break_next("fetch_comments", "delay", value=1.0)
        with pytest.raises(Unavailable):
            world.channel(timeout=0.3).fetch_comments(None)

    def test_expired_token_stops_reading_and_writing(self, world: World):
        world.break_next("fetch_comments", "revoke_token")
        channel = world.channel()
        for act in (
            lambda: channel.fetch_comments(None),
            channel.whoami,
            lambda: channel.publish(OutgoingPost(TEXT, key="k1", media=world.media)),
        ):
            with pytest.raises(AuthExpired):
                act()
        assert world.published(TEXT) == []

    def test_unknown_token_is_refused(self, world: World):
        with pytest.raises(AuthExpired):
            world.channel(token=self.wrong_token).whoami()

    def test_whoami_names_the_account(self, world: World):
        assert world.channel().whoami() == world.account

    def test_no_error_shows_a_token(self, world: World):
        token = Token(access="very-secret-token")
        with pytest.raises(ConnectorError) as caught:
            world.channel(token=token).whoami()
        assert "very-secret" not in f"{caught.value!r} {caught.value} {token!r}"

    def test_rate_limited_write_says_until_when_and_does_nothing(self, world: World):
        world.break_next("publish", "rate_limit", value=120)
        with pytest.raises(RateLimited) as caught:
            world.channel().publish(OutgoingPost(TEXT, key="k1", media=world.media))
        assert caught.value.retry_at is not None
        assert timedelta(seconds=100) < caught.value.retry_at - just_now() < timedelta(seconds=130)
        assert world.published(TEXT) == []

    def test_rate_limited_poll_goes_on_where_it_stopped(self, world: World):
        written = world.comments([f"mention {n}" for n in range(230)])
        route, calls = world.listing
        world.limit(route, calls, 2.0)
        channel = world.channel()
        first = channel.fetch_comments(None)
        assert not first.complete
        assert len(first.comments) == 100
        assert first.next_allowed_at is not None
        assert first.next_allowed_at > just_now()
        meanwhile = world.comment("arrivée entre deux pages")
        found, cursor = poll_all(channel, first.cursor)
        found |= {c.external_id: c for c in first.comments}
        world.limit(route, 1000, 900)
        found |= poll_all(channel, cursor)[0]
        assert set(found) == written | {meanwhile}
