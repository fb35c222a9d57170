"""No file holds unfinished work, the address of a registry or a path of one machine."""

import pytest

from tests.architecture.rules.source import ROOT, Finding, listed, name_of, tracked_files
from tests.architecture.rules.text import addresses_in_lock, forbidden_in

# The rules' own controls plant what they look for.
SELF = "tests/architecture/test_text.py"
LOCKS = ("requirements", "package-lock.json")


def test_no_file_holds_what_it_must_not() -> None:
    findings: list[Finding] = []
    for path in tracked_files():
        if name_of(path) not in {SELF, "LICENSE"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            findings += forbidden_in(name_of(path), text)
    assert not findings, listed(findings)


def test_lock_files_hold_hashes_and_no_address() -> None:
    locks = [*ROOT.glob("requirements*.lock"), *ROOT.glob("client_web/package-lock.json")]
    findings: list[Finding] = []
    for path in locks:
        findings += addresses_in_lock(name_of(path), path.read_text(encoding="utf-8"))
    assert {path.name for path in locks} >= {"requirements.lock", "requirements-dev.lock"}
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("a.py", "x = 1  # TODO: later"),
        ("a.css", "/* FIXME */"),
        ("a.md", "see https://pypi.org/simple"),
        ("a.json", '"https://registry.npmjs.org/react/-/react-19.tgz"'),
        ("a.toml", "index-url = x"),
        ("a.lock", "--index-url https://example.org"),
        ("a.md", "it lies in /root/x"),
        ("a.md", "cd /work/main"),
        ("a.sh", "cat /home/ada/.netrc"),
        ("a.test.ts", "it.skip('x', () => {})"),
        ("a.test.tsx", "describe.only('x', () => {})"),
        ("a.test.ts", "test.concurrent.todo('x')"),
        ("a.config.ts", "export default { retry: 2 }"),
        ("a.test.ts", "xit('x', () => {})"),
        ("a.test.ts", "vi.mock('./clock')"),
        ("a.test.ts", "const spy = vi.spyOn(clock, 'now')"),
    ],
)
def test_control_what_must_not_stand_there_is_found(where: str, text: str) -> None:
    assert len(list(forbidden_in(where, text))) == 1


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("a.py", "mastodon = 'todos'"),
        ("a.md", "packages come from PyPI"),
        ("a.md", "the root of the tree; server/work/x; ./root"),
        ("a.md", "https://example.org/work/x"),
        ("a.test.ts", "it('skips what it has seen', () => { list.skip(1); })"),
        ("a.test.ts", "const retry = wait(1); exit(1)"),
        ("a.test.ts", "vi.useFakeTimers()"),
    ],
)
def test_control_what_may_stand_there_is_not_found(where: str, text: str) -> None:
    assert not list(forbidden_in(where, text))


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("requirements.lock", "--find-links wheels\n"),
        ("requirements.lock", "a @ https://example.org/a.whl \\\n    --hash=sha256:00\n"),
        ("requirements.lock", "a==1.0\n"),
        ("package-lock.json", '{"packages": {"node_modules/a": {"resolved": "x"}}}'),
        ("package-lock.json", '{"packages": {"node_modules/a": {"version": "1"}}}'),
    ],
)
def test_control_an_address_in_a_lock_file_is_found(where: str, text: str) -> None:
    assert len(list(addresses_in_lock(where, text))) == 1


def test_control_a_sound_lock_file_is_not_found() -> None:
    assert not list(
        addresses_in_lock("a.lock", "# by make lock\na==1.0 \\\n    --hash=sha256:00\n")
    )
