"""The formats do not drift: fixed inputs give these bytes in every version.

A second implementation can hold itself to the same values.
"""

from hashlib import sha256

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onrecord_archive.format.blob import seal_chunks
from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.epoch_key import OpeningKey
from onrecord_archive.format.leaf import decode_leaf, encode_leaf, insert_ct
from onrecord_archive.format.note import Algorithm
from onrecord_archive.format.record import canonical, command_event_id
from onrecord_archive.format.seal import Plain, open_body, open_data_key, seal_body
from onrecord_archive.format.signer import Signer
from onrecord_archive.format.tail import Kind, encode_frame
from onrecord_archive.format.tree import leaf_hash
from tests.unit.archive.test_leaf import KEY, RECORD

SHOWN = canonical({"v": 1, "text": "Zażółć gęślą jaźń \U0001f600", "n": 2**53 - 1})
PLAIN = Plain(SHOWN, bytes(range(32)), canonical({"auth": "password"}), bytes(range(32, 64)))
DATA_KEY = bytes(range(64, 96))


def sealed() -> tuple[bytes, bytes]:
    """Return the golden record's leaf and body."""
    draft = encode_leaf(msgspec.structs.replace(RECORD, pt=PLAIN.pt().hex()))
    header = draft.replace(b'"ct":"' + b"c7" * 32 + b'",', b"")
    body = seal_body(AESGCM(DATA_KEY), 1, PLAIN.encode(), header)
    return insert_ct(header, sha256(body).digest()), body


def test_record_leaf_body_and_frame() -> None:
    leaf, body = sealed()
    record = decode_leaf(leaf)
    assert record.kind == "record"
    assert open_body(DATA_KEY, leaf, record, body) == PLAIN
    frame = encode_frame(3, 256, Kind.RECORD, leaf, body)
    assert {
        "pt": PLAIN.pt().hex(),
        "ct": sha256(body).hexdigest(),
        "leaf": leaf_hash(leaf).hex(),
        "frame": sha256(frame).hexdigest(),
    } == {
        "pt": "cf12b841514ab02f50663228a8118dee9d59db0b00777a8c028b409ae3d2a107",
        "ct": "62bd927390bd0e4044dca7e54433742387ece9ae63e318b305f4bd2ae65dfab6",
        "leaf": "585489a32fe8d6e3e830222effa2aaf162ed35a0595cd4edfd1103bc64829b89",
        "frame": "9938f680a3d50943ad79c9db416e7b60e16d856ea478f27a07b11ed16fa1b1c8",
    }


def test_file() -> None:
    chunks = b"".join(seal_chunks(DATA_KEY, bytes(range(16)), [bytes(65536), b"end"]))
    assert (
        sha256(chunks).hexdigest()
        == "587003731de690912bfcd3c0d096775b2584435d97e2d03a26284fd5791af44f"
    )


def test_event_id_of_a_command() -> None:
    assert command_event_id("0a" * 16, bytes(range(16))).hex() == "ce1c58139bca1a1bcb8d08be253ae838"


def test_ed25519_line_of_a_checkpoint() -> None:
    signer = Signer("log.example/golden", Algorithm.ED25519, bytes(range(32)))
    head = Checkpoint("log.example/golden", 300, bytes(range(32)))
    assert signer.key.encode() == (
        "log.example/golden+15cad01a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    )
    assert signer.sign(head, 1).encode() == (
        "— log.example/golden FcrQGit6Mmzf1/6qcfEr5NggIW9MmXhFqOfBc9tQzMF84xBMw2PN0yFx/Ga"
        "Bgdn147tZKYaRJx4Ki2hCVmd9G2VTSAc="
    )


def test_a_data_key_sealed_once_opens_for_ever() -> None:
    opening = OpeningKey(epoch=1, ml_kem_768_seed="07" * 64, x25519="09" * 32)
    sealed_key = bytes.fromhex(SEALED_KEY)
    leaf = msgspec.structs.replace(KEY, sha256=sha256(sealed_key).hexdigest())
    assert open_data_key(sealed_key, opening, leaf) == DATA_KEY


SEALED_KEY = "".join(
    """
7cf373809890f131161a103f2a85404fa8e475abb8bd26d6532e9d810f737216c466fbaeebbdfc0de8efa7b10f13c7fb
429769ca9c543bd64ba2afa98c056a11be83f82244916f03cb3169c5c67aa7277ed8e64f4fd461c986a0b9534c7f6d85
812998871bd83c3f0f3568ae7eb8432d6d7360637cd92e805ef4119b0b31fe6697e5cfdac2dc54f4ef6348eb0a9486d8
02a4f90ea2f3f84d6c105e0c7287f4ca6d9f837afb405217a46e756e99e8d1bf64adc79235a0feff2607da9247aa350f
f17f63eb5216b49c78736a006ae786071aa6dae21e18d731d6da46b66e4644c86bec08def989643df0b29eb0dfbef540
6b2ecc1f0a19f4ca60a31dbd52f2137fa1aade0493d71a8a9d4f6fb244542061e96c31b9da9174172c00d6b202af9ea0
38d3d125ee6f365674edc5bfc2104f569e816f863a6f9c38f9bfe0cfbe8ddcfae853783539b6e3a00e82840f1489874e
07ae4ab29d9d10fa5f70b6ed7cfcf73381100734321efba9ca9f0f740912940a5b5c037daa1a8b161c3a127d889a8cfc
0119397def65362daf1f5239bd3dba1f4d209076651e9f0a67f044347b6b5a1b2c8303168347d21657d39965b93eb38e
24047e63c2b9d46168252200c16a18a6a1df6b699d2a68597a51fdbc86c4463504ce8f2ec19fb2b62f568c6998c1ebde
f9b48ad592c697bd70aba32ba8576698ae2dd3ec6a748327484405551e63e2fad39b3a40e701e61c1d6c3ef2fad6a3c3
6a772a15eaa8efb9681bbf7235ad971d798c747ba192c0571f4a141ee782a11e1a3478cc964604d670e1abe9e958bb0b
eefe73d6002232034c232b352136b3c3ca961965275fe27739ecdc6ced63c52f170e03d79205ef7b5c726ca776ebe173
ee72201526e7559b7f88da441a6e208adeaccb8c6804b6ed129b761adfee2a40f5b262a583d982b2981f5625016ac8d4
5a343cef897f271f2960c981afb637600e79e2074f1ec128c3c87c501b4b536b3833b96290bd1e43ce23c19174199710
2398adb02fa7fdb199c6c36c468d44cda863777a004c9c1097c8270e271897ef059856b939654fd2f75fc9b1fc4b3775
dac377ed337754ef4d0af1af70c662c2544a44bcc6cd19e76ac7722a5433fc6f0e46dfb2e57b9c184931405c3ad1def7
ca2594d18e0f71a5e94fe0a032e7511d108be1dec23ff76d9d03bb931165f1f5ab549a0f8b045931bda0107a613e4d55
248c557e3b67abcc277d6c317c694142f87a0ff4613e4b19a262e1a37da8f76ea68237d728d762c2473f413f3c8b2842
dbccd4eae621206b3586bde120d6077a53f4b70d13f9ae4d8a34379fc4a192581b0f43f988065b66e25911a01d537a60
f62d913b8610b1053921c1237e4d0fada76042cb0a2ce7365d7f27ffba5c89b3904b80e096fdc6b89aa5fdd4ac78ce37
27a085f8cfe88fd55817ffa30e5e4aab3a0da7e1630c2f5c4bd3be00d190f94d25f1fd1ddf799ac558355f2881788220
39aa26de40028b97ea2b24d0f151f9ed65d60bc52e2ca53785a05052c83ff2d2bbf4c2863032fbbac7ba08532eaaf141
03c997ff2c5b8855602faf7ce705a75e7ed4bea0c78eceefa98e57471a7cf7e8318e27e1cec4afecdaf7ca17613290c0
a98307f664d97777b42f816035f232ad
""".split()
)
