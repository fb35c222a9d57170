"""Signed notes, checkpoints, policies and proofs, against C2SP's examples and openssl."""

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onrecord_archive.format.checkpoint import (
    Checkpoint,
    cosigned_message,
    make_policy,
    parse_checkpoint_text,
    parse_policy,
)
from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.note import (
    Algorithm,
    Note,
    Signature,
    VerifierKey,
    parse_note,
    parse_vkey,
    split_notes,
)
from onrecord_archive.format.proof import TlogProof, parse_proof
from onrecord_archive.format.signer import Signer, parse_signer, sign_checkpoint, signers_policy
from onrecord_archive.format.tree import inclusion_proof, leaf_hash, node_hash
from tests.second_verifier.verify import read_policy
from tests.unit.archive.building import ORIGIN

pytestmark = pytest.mark.many_inputs

SIGNERS = [Signer(ORIGIN, algorithm, bytes([algorithm]) * 32) for algorithm in Algorithm]
POLICY = signers_policy(SIGNERS)
HEAD = Checkpoint(ORIGIN, 42, bytes(range(32)))
TIME = 1_795_512_345
SIGNED = sign_checkpoint(HEAD, SIGNERS, TIME)
# C2SP signed-note, "Example".
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi"
    "2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def named_key(name: str) -> str:
    """The vkey of a key under another name, whatever that is."""
    return VerifierKey(name, Algorithm.ED25519, parse_vkey(EXAMPLE_KEY).public).encode()


def test_a_name_is_read_alike_whichever_characters_an_interpreter_knows() -> None:
    for name in ("example.com/\u200b", "example.com/\u0378", "example.com/\ue000"):
        assert parse_policy(named_key(name)).origin == name


def test_the_specifications_key_and_note_are_read() -> None:
    key, note = parse_vkey(EXAMPLE_KEY), parse_note(EXAMPLE_NOTE.encode())
    assert key.encode() == EXAMPLE_KEY
    assert note.text == "This is an example message.\n"
    assert note.signatures[0].key_id == key.key_id
    public = Ed25519PublicKey.from_public_bytes(key.public)
    public.verify(note.signatures[0].value, note.text.encode())


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY + "=",
        EXAMPLE_KEY[:-1] + "l",
        EXAMPLE_KEY.replace("example.com/foo", ""),
        EXAMPLE_KEY.replace("example.com/foo", "example.com/ foo"),
        named_key("example.com/\x7f"),
        named_key("example.com/\x85"),
        named_key("example.com/\xa0"),
        "a+00000000+AA==",
        "a+00000000+",
        "a+00000000+/w==",
    ],
)
def test_another_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(BadFormat):
        parse_vkey(vkey)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\xe2\x80\x94 a AAAAAAA=",
        b"text\n\n\xe2\x80\x94 a AAAAAAA=\n\n",
        b"text\n\n\xe2\x80\x94 a AAAAAAB=\n",
        b"text\n\n\xe2\x80\x94  AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 a AAAA\n",
        b"text\n\n\xe2\x80\x94 a\n",
        b"text\n\n- a AAAAAAA=\n",
        b"te\txt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"te\rxt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"te\xff\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 a AAAAAAA=\n" * 8000,
    ],
)
def test_another_note_is_refused(note: bytes) -> None:
    with pytest.raises(BadFormat):
        parse_note(note)


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        f"a\n01\n{base64.b64encode(bytes(32)).decode()}\n",
        f"a\n-1\n{base64.b64encode(bytes(32)).decode()}\n",
        f"a\n{2**53}\n{base64.b64encode(bytes(32)).decode()}\n",
        f"a\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"a\n1\n{base64.b64encode(bytes(32)).decode()}\nextension\n",
        f"\n1\n{base64.b64encode(bytes(32)).decode()}\n",
        f"a\n1\n{base64.b64encode(bytes(32)).decode()}",
    ],
)
def test_another_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        parse_checkpoint_text(text)


def test_the_policy_opens_what_all_of_its_keys_signed() -> None:
    assert POLICY.open(SIGNED) == HEAD
    assert parse_policy(f"# the log\n\n{POLICY.encode()}") == POLICY


def test_the_signatures_satisfy_openssl(tmp_path: Path) -> None:
    note = parse_note(SIGNED)
    messages = [note.text.encode(), cosigned_message(ORIGIN, TIME, HEAD)]
    values = [note.signatures[0].value, note.signatures[1].value[8:]]
    publics: list[Ed25519PublicKey | MLDSA44PublicKey] = [
        Ed25519PublicKey.from_public_bytes(POLICY.keys[0].public),
        MLDSA44PublicKey.from_public_bytes(POLICY.keys[1].public),
    ]
    for public, message, value in zip(publics, messages, values, strict=True):
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for name, data in (("key", pem), ("message", message), ("value", value)):
            (tmp_path / name).write_bytes(data)
        command = "openssl pkeyutl -verify -pubin -inkey key -rawin -in message -sigfile value"
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)


def test_the_cosigned_message_is_the_specifications() -> None:
    # C2SP tlog-cosignature, `cosigned_message`: label, name, time, origin, start, end, hash.
    assert cosigned_message("w", 2, Checkpoint("log", 3, b"r" * 32)) == (
        b"subtree/v1\n\0" + b"\x01w" + bytes(7) + b"\x02" + b"\x03log" + bytes(8) + bytes(7)
        + b"\x03" + b"r" * 32
    )  # fmt: skip


def refused(data: bytes) -> bool:
    with pytest.raises(NotVerified) as caught:
        POLICY.open(data)
    return caught.value.code == "checkpoint"


def test_every_changed_bit_of_a_checkpoint_is_found() -> None:
    for place in range(len(SIGNED)):
        for bit in (1, 128) if place % 7 else range(1, 256, 50):
            changed = bytearray(SIGNED)
            changed[place] ^= bit
            assert refused(bytes(changed)), place


FIRST, SECOND = parse_note(SIGNED).signatures
STRANGE_NAMES = ["w\u200b", "\ufeff", "\ue000", "\u0378", "\U0010ffff", "w\x7f", "w\x9f", "w" * 256]
"""No space and no plus, which is all that C2SP signed-note asks of somebody else's name."""
UNKNOWN = {
    "of another key under our name": Signer(ORIGIN, Algorithm.ED25519, bytes(32)).sign(HEAD, TIME),
    "of a witness": Signer("w.example/w", Algorithm.ML_DSA_44, bytes(32)).sign(HEAD, TIME),
    "with our key id under another name": Signature("w.example/w", FIRST.key_id, FIRST.value),
    "of an unknown type": Signature("w.example/w", b"\4abc", bytes(72)),
    "of one byte": Signature("w.example/w", b"\4abc", b"\0"),
    "of nearly 5 kB": Signature("w.example/w", b"\4abc", bytes(4900)),
    **{f"of {name!a}": Signature(name, b"\4abc", bytes(72)) for name in STRANGE_NAMES},
}


def noted(*signatures: Signature) -> bytes:
    return Note(HEAD.text(), signatures).encode()


def test_every_key_of_the_policy_must_have_signed() -> None:
    stranger = UNKNOWN["of another key under our name"]
    for signatures in (
        (FIRST,),
        (SECOND,),
        (FIRST, FIRST),
        (stranger, SECOND),
        (FIRST, stranger),
        tuple(UNKNOWN.values()),
    ):
        assert refused(noted(*signatures))


@pytest.mark.parametrize("line", UNKNOWN)
def test_the_signature_of_an_unknown_key_is_ignored_wherever_it_stands(line: str) -> None:
    other = UNKNOWN[line]
    for signatures in ((other, FIRST, SECOND), (FIRST, other, SECOND), (FIRST, SECOND, other)):
        assert POLICY.open(noted(*signatures)) == HEAD
        assert POLICY.open_signed(noted(*signatures)).text == SIGNED


def test_the_order_of_signatures_says_nothing_and_sixteen_large_ones_are_read() -> None:
    assert POLICY.open(noted(SECOND, FIRST)) == HEAD
    assert POLICY.open_signed(noted(SECOND, FIRST)).text == SIGNED
    many = [UNKNOWN["of nearly 5 kB"]] * 14
    assert POLICY.open(noted(*many, FIRST, SECOND)) == HEAD


def test_each_signature_of_a_key_of_the_policy_must_verify() -> None:
    again = SIGNERS[1].sign(HEAD, TIME + 1)
    assert POLICY.open(noted(FIRST, SECOND, again)) == HEAD
    assert POLICY.open_signed(noted(FIRST, SECOND, again)).text == SIGNED
    for wrong in (
        Signature(ORIGIN, FIRST.key_id, bytes(64)),
        Signature(ORIGIN, FIRST.key_id, SECOND.value),
        Signature(ORIGIN, FIRST.key_id, b"\0"),
        Signature(ORIGIN, SECOND.key_id, SECOND.value[:-1]),
        SIGNERS[0].sign(Checkpoint(ORIGIN, 43, HEAD.root), TIME),
    ):
        for signatures in ((wrong, FIRST, SECOND), (FIRST, SECOND, wrong)):
            assert refused(noted(*signatures))


@pytest.mark.parametrize(
    "line",
    [
        b"\xe2\x80\x94 w.example/w\n",
        b"\xe2\x80\x94 w.example/w BAAA\n",
        b"\xe2\x80\x94 w.example/w YWJjZGU\n",
        b"\xe2\x80\x94 w+w YWJjZGU=\n",
        "\u2014 w\u00a0w YWJjZGU=\n".encode(),
        "\u2014 w\u0085w YWJjZGU=\n".encode(),
        "\u2014  YWJjZGU=\n".encode(),
        b"\xe2\x80\x94 w w YWJjZGU=\n",
        b"- w.example/w YWJjZGU=\n",
        b"w.example/w\n",
        b"\n",
    ],
)
def test_a_line_that_is_no_signature_is_refused_whoever_it_names(line: bytes) -> None:
    text, _, lines = SIGNED.partition(b"\n\n")
    first, _, second = lines.partition(b"\n")
    for whole in (line + lines, first + b"\n" + line + second, lines + line):
        assert refused(text + b"\n\n" + whole)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = [Signer("other.example", s.key.algorithm, bytes(32)) for s in SIGNERS]
    assert refused(sign_checkpoint(Checkpoint("other.example", 42, bytes(32)), other, TIME))
    assert refused(sign_checkpoint(Checkpoint("other.example", 42, bytes(32)), SIGNERS, TIME))


def test_a_cosignature_has_a_time() -> None:
    assert refused(sign_checkpoint(HEAD, SIGNERS, 0))


def test_a_policy_is_of_one_log_and_each_key_once() -> None:
    with pytest.raises(BadFormat):
        make_policy([])
    with pytest.raises(BadFormat):
        parse_policy(POLICY.encode() * 2)
    with pytest.raises(BadFormat):
        parse_policy(POLICY.encode() + EXAMPLE_KEY)
    with pytest.raises(BadFormat):
        parse_policy("log something")


def test_a_policy_has_a_line_between_two_line_feeds() -> None:
    whole = f"# of\u2028the log\x0c\n\n  {POLICY.encode()}".replace("\n", "\r\n")
    assert parse_policy(whole) == POLICY
    assert [key.key_id for key in read_policy(whole)] == [key.key_id for key in POLICY.keys]


def test_notes_one_after_the_other_are_told_apart() -> None:
    assert split_notes(SIGNED * 3) == ([SIGNED] * 3, b"")
    assert split_notes(b"") == ([], b"")
    for cut in range(1, len(SIGNED)):
        notes, rest = split_notes(SIGNED + SIGNED[:cut])
        assert b"".join(notes) + rest == SIGNED + SIGNED[:cut]
        assert notes[0] == SIGNED
        assert rest or parse_note(notes[-1]).text == HEAD.text()


@pytest.mark.parametrize("signer", SIGNERS)
def test_a_key_file_gives_the_signer_back(signer: Signer) -> None:
    again = parse_signer(signer.encode())
    assert again.key == signer.key
    assert "seed" not in repr(signer)


def test_another_key_file_is_refused() -> None:
    for data in (b"", b"{}", SIGNERS[0].encode().replace(b"onrecord", b"other")):
        with pytest.raises(BadFormat):
            parse_signer(data)


LEAVES = [b"a", b"b", b"c"]


def three_leaves() -> tuple[TlogProof, Checkpoint]:
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    nodes = {(0, n): hashed for n, hashed in enumerate(hashes)}
    nodes[1, 0] = node_hash(hashes[0], hashes[1])
    head = Checkpoint(ORIGIN, 3, node_hash(nodes[1, 0], hashes[2]))
    path = inclusion_proof(1, 3, lambda level, n: nodes[level, n])
    return TlogProof(1, tuple(path), sign_checkpoint(head, SIGNERS, TIME)), head


def test_a_proof_shows_its_leaf_and_no_other() -> None:
    proof, head = three_leaves()
    data = proof.encode()
    assert data.startswith(b"c2sp.org/tlog-proof@v1\nindex 1\n")
    assert parse_proof(data) == proof
    assert proof.verify(b"b", POLICY) == head
    with pytest.raises(NotVerified):
        proof.verify(b"c", POLICY)


def test_a_proof_may_carry_extra_data() -> None:
    proof, _ = three_leaves()
    data = TlogProof(proof.index, proof.hashes, proof.checkpoint, b"extra").encode()
    assert data.split(b"\n")[1] == b"extra ZXh0cmE="
    assert parse_proof(data).extra == b"extra"


def test_every_changed_byte_of_a_proof_is_found() -> None:
    data = three_leaves()[0].encode()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises((BadFormat, NotVerified)):
            parse_proof(bytes(changed)).verify(b"b", POLICY)
