"""Records as mails through Debian's Postfix: nothing is missing, and doubles are known."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord_archive.contract import Hook, Retry, listing
from onrecord_archive.sinks.journal_mail.hook import open_journal_mail
from onrecord_archive.testing.log import SampleLog, conversation
from tests.integration.hooks.journal import Journal, made_tls, running_journal, sealed
from tests.integration.hooks.mailbox import records, without_doubles
from tests.integration.hooks.scripted_mail import Act, running_script
from tests.integration.hooks.share import records as archived
from tests.rig.patience import SECONDS as PATIENCE
from tests.unit.archive.building import Workshop
from tests.unit.hooks.stage import QUICK, Stage, setting, until


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    folder = tmp_path_factory.mktemp("journal")
    with running_journal(folder, extra="message_size_limit = 200000\n") as journal:
        yield journal


@pytest.fixture
def journal(running: Journal) -> Journal:
    running.empty()
    return running


@contextmanager
def configured(journal: Journal, **values: str) -> Iterator[None]:
    """Have the server read other settings, and its own again.

    Each stands there once: of one that comes twice Postfix's logger warns through itself, and where
    others have much to say it waits for itself for ever.
    """
    main = journal.postfix.root / "etc" / "main.cf"
    before = main.read_text()
    kept = [line for line in before.splitlines() if line.partition(" = ")[0] not in values]
    try:
        changed = [f"{name} = {value}" for name, value in values.items()]
        main.write_text("\n".join((*kept, *changed, "")))
        restart(journal)
        yield
    finally:
        main.write_text(before)
        restart(journal)


def restart(journal: Journal) -> None:
    journal.postfix.command("stop")
    journal.postfix.command("start")


def act(options: Mapping[str, str], call: Callable[[Hook], object]) -> object:
    async def run() -> object:
        hook = open_journal_mail(options)
        try:
            return await call(hook)  # type: ignore[misc]
        finally:
            await hook.close()

    return asyncio.run(run())


def held(journal: Journal) -> list[int]:
    return [each.archive_index for each in records(without_doubles(journal.mails()))]


def drain(journal: Journal, stage: Stage, during: Callable[[], None]) -> None:
    """Have a server's hook deliver everything, and meanwhile do something to the mail server."""

    async def run() -> None:
        hook = open_journal_mail(journal.values())
        async with stage.running(setting(hook)) as dispatcher:
            await asyncio.to_thread(during)
            await until(lambda: stage.is_done(dispatcher))

    asyncio.run(run())


def test_a_receipt_has_the_queue_id_that_the_mail_arrives_under(journal: Journal) -> None:
    log = SampleLog()
    log.grow(3)
    receipts = act(journal.values(security="tls"), lambda hook: hook.deliver(sealed(log)))
    assert isinstance(receipts, list)
    ids = [receipt.detail.rpartition(" ")[2] for receipt in receipts]
    assert ids == [mail.order for mail in journal.mails()]


def test_a_stored_file_that_is_too_long_for_the_server_arrives_in_parts(
    journal: Journal, tmp_path: Path
) -> None:
    workshop = Workshop(tmp_path)
    workshop.write(2)
    stored = workshop.store_file(bytes(range(256)) * 3_000)
    workshop.log.integrate(workshop.log.size)
    entries, end = archived(workshop), workshop.log.size
    sent = b"".join(workshop.reader().blob(stored.blob.ct))
    workshop.close()
    options = journal.values(maildir=str(journal.postfix.maildir))
    act(options, lambda hook: hook.deliver(entries))
    mails = journal.mails()
    assert len(mails) > 6, "control: it was cut"
    assert [record.files.get("blob") for record in records(mails)] == [None, None, sent]
    subjects = [str(mail.mail["subject"]) for mail in mails]
    assert subjects[-1].endswith(f"(part {len(mails) - 2} of {len(mails) - 2})")
    whole = act(options, lambda hook: hook.inventory(0, end))  # type: ignore[attr-defined]
    assert isinstance(whole, list)
    assert [each.blob for each in whole] == [None, None, bytes.fromhex(stored.blob.ct)]
    newest = max((journal.postfix.maildir / "new").iterdir(), key=lambda p: p.stat().st_mtime_ns)
    newest.unlink()
    left = act(options, lambda hook: hook.inventory(0, end))  # type: ignore[attr-defined]
    assert left == whole[:2], "a file without one of its parts is not there"


def test_a_server_that_hides_its_size_gets_parts_too(journal: Journal) -> None:
    log = SampleLog()
    index = log.add(conversation(1), "message.sent", {"text": "x" * 300_000})
    with configured(journal, smtpd_discard_ehlo_keywords="size"):
        act(journal.values(), lambda hook: hook.deliver(sealed(log)))
        assert held(journal) == [index]
        assert len(journal.mails()) > 1


@pytest.mark.parametrize(
    "trouble",
    [
        {"smtpd_recipient_restrictions": "defer"},
        {"queue_minfree": "900000000000000000"},
    ],
    ids=["greylisting", "full"],
)
def test_a_4xx_is_tried_again_and_taken_later(journal: Journal, trouble: dict[str, str]) -> None:
    log = SampleLog()
    log.grow(6)
    with configured(journal, **trouble):
        for call in (lambda hook: hook.deliver(sealed(log)), lambda hook: hook.ping()):
            with pytest.raises(Retry, match=r"45[0-9]") as caught:
                act(journal.values(), call)
            assert caught.value.receipts == ()
        assert journal.mails() == []
    act(journal.values(), lambda hook: hook.deliver(sealed(log)))
    assert len(held(journal)) == 6


def test_a_server_killed_in_the_middle_of_a_batch_loses_nothing(journal: Journal) -> None:
    stage = Stage(pauses=QUICK)
    stage.log.grow(150)

    def kill() -> None:
        wait_for(lambda: taken(journal) > 0)
        journal.postfix.abort()
        journal.postfix.command("start")

    drain(journal, stage, kill)
    assert sorted(held(journal)) == stage.records()


@pytest.mark.proofs("sampled")
@pytest.mark.parametrize("seed", range(5))
def test_a_server_killed_again_and_again_loses_nothing(journal: Journal, seed: int) -> None:
    stage = Stage(pauses=QUICK)
    stage.log.grow(300, streams=7)

    def kill() -> None:
        for number in range(4):
            before = taken(journal)
            wait_for(lambda least=before + 5 + 7 * seed + number: taken(journal) >= least)  # type: ignore[misc]
            journal.postfix.abort()
            journal.postfix.command("start")

    drain(journal, stage, kill)
    assert sorted(held(journal)) == stage.records()
    doubles = len(journal.mails()) - len(without_doubles(journal.mails()))
    assert doubles <= 8, "at most the mail under way comes twice, each time"


def taken(journal: Journal) -> int:
    return len(list(journal.postfix.maildir.glob("new/*")))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("look", ["plain", "exchange", "global_relay"])
@pytest.mark.parametrize("per_mail", ["1", "4"])
def test_plaintext_arrives_with_its_proof(journal: Journal, look: str, per_mail: str) -> None:
    log = SampleLog()
    log.grow(9, streams=2)
    opened = [replace(e, plaintext=log.plains[e.archive_index]) for e in sealed(log)]
    options = journal.values(
        format=look, per_mail=per_mail, maildir=str(journal.postfix.maildir), security="tls"
    )
    act(options, lambda hook: hook.deliver(opened))
    mails = journal.mails()
    assert len(mails) == {"1": 9, "4": 3}[per_mail]
    for record in records(mails):
        assert b"Message" in record.files["plaintext"]
    for mail in mails:
        assert mail.inner["from"].addresses[0].display_name == "Anna Łęcka"
    found = act(options, lambda hook: hook.inventory(0, log.size))  # type: ignore[attr-defined]
    assert found == [listing(e.archive_index, e.leaf, e.body) for e in opened]


def test_a_mail_that_a_reader_has_marked_is_still_listed_and_others_mails_are_not(
    journal: Journal,
) -> None:
    log = SampleLog()
    log.grow(2)
    entries = sealed(log)
    options = journal.values(maildir=str(journal.postfix.maildir))
    act(options, lambda hook: hook.deliver(entries))
    journal.wait()
    new = journal.postfix.maildir / "new"

    async def scene() -> None:
        hook = open_journal_mail(options)
        before = await hook.inventory(0, log.size)  # type: ignore[attr-defined]
        first, second = sorted(new.iterdir())
        first.rename(journal.postfix.maildir / "cur" / f"{first.name}:2,S")
        (new / "1.other").write_bytes(b"Subject: lunch\nX-OnRecord-Index: 2\n\nAt noon?")
        (new / "2.other").mkdir()
        (new / "3.other").symlink_to(second)
        (new / "4.other").write_bytes(b"X-OnRecord-Index: 2\nX-OnRecord-Part: 1/1\n\n")
        assert await hook.inventory(0, log.size) == before  # type: ignore[attr-defined]
        assert [each.archive_index for each in before] == [e.archive_index for e in entries]
        await hook.close()

    asyncio.run(scene())
    (new / "2.other").rmdir()


@pytest.mark.proofs("long")
def test_a_server_that_takes_ten_seconds_for_each_mail_gets_them_all() -> None:
    """Within the time that a hook's call may take, and none twice."""
    stage = Stage(pauses=QUICK)
    stage.log.grow(8)
    with tempfile.TemporaryDirectory() as folder, running_script(made_tls(Path(folder))) as server:
        server.script = lambda step, number: Act(delay=10.0 if step == "end" else 0.0)

        async def run() -> None:
            hook = open_journal_mail(server.options())
            async with stage.running(setting(hook)) as dispatcher:
                while not stage.is_done(dispatcher):  # noqa: ASYNC110  # longer than `until`
                    await asyncio.sleep(0.1)

        asyncio.run(run())
        assert server.ended == 8
        assert [r.archive_index for r in records(server.mails)] == stage.records()


def test_the_reader_of_these_tests_sees_a_mail_that_is_missing_or_changed(journal: Journal) -> None:
    log = SampleLog()
    log.grow(3)
    entries = sealed(log)
    act(journal.values(), lambda hook: hook.deliver(entries))
    journal.lose(entries[1].archive_index)
    assert held(journal) == [entries[0].archive_index, entries[2].archive_index]
    journal.spoil(entries[0].archive_index)
    assert records(journal.mails())[0].files["leaf"] != entries[0].leaf
