"""Secrets in text: found by the shape that their issuers give them, masked without moving a line.

A key that is masked for nothing costs the model one constant; a key that is sent is gone. Still, a
pattern that fires on ordinary code would be switched off by its users, so each one asks for the
issuer's prefix and length, and the generic ones (`password = "..."`) ask for a value that looks
random.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

from octoprompt.context.model import Mask


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of secret looks; searched only in texts that hold one of the hints."""

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


def _shape(kind: str, hints: str, pattern: str) -> Shape:
    return Shape(kind, tuple(hints.split()), re.compile(pattern))


_END = r"(?![A-Za-z0-9_-])"
_SHAPES = (
    _shape("anthropic key", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{20,}"),
    _shape("openrouter key", "sk-or-v1-", r"sk-or-v1-[A-Za-z0-9]{32,}"),
    _shape("openai key", "sk-proj- sk-svcacct- sk-admin-",
           r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}"),
    _shape("api key", "sk-", r"(?<![A-Za-z0-9_-])sk-(?=[a-z]*[0-9A-Z])[A-Za-z0-9]{24,}" + _END),
    _shape("groq key", "gsk_", r"(?<![A-Za-z0-9_])gsk_[A-Za-z0-9]{32,}"),
    _shape("google key", "AIza", r"(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}" + _END),
    _shape("google oauth secret", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    _shape("google oauth token", "ya29.", r"(?<![A-Za-z0-9])ya29\.[A-Za-z0-9_-]{30,}"),
    _shape("xai key", "xai-", r"(?<![A-Za-z0-9_-])xai-[A-Za-z0-9]{40,}"),
    _shape("together key", "tgp_v1_", r"tgp_v1_[A-Za-z0-9_-]{30,}"),
    _shape("perplexity key", "pplx-", r"(?<![A-Za-z0-9_-])pplx-[A-Za-z0-9]{40,}"),
    _shape("replicate token", "r8_", r"(?<![A-Za-z0-9_])r8_[A-Za-z0-9]{37}" + _END),
    _shape("hugging face token", "hf_", r"(?<![A-Za-z0-9_])hf_[A-Za-z]{34}" + _END),
    _shape("aws access key", "AKIA ASIA ABIA ACCA",
           r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _shape("github token", "ghp_ gho_ ghu_ ghs_ ghr_",
           r"(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,}"),
    _shape("github token", "github_pat_", r"github_pat_[A-Za-z0-9_]{40,}"),
    _shape("gitlab token", "glpat- gldt- glrt- glptt- glcbt-",
           r"(?<![A-Za-z0-9])gl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_.-]{20,}"),
    _shape("slack token", "xoxa- xoxb- xoxe- xoxp- xoxr- xoxs- xapp-",
           r"(?<![A-Za-z0-9])(?:xox[abeprs]|xapp)-[A-Za-z0-9-]{16,}"),
    _shape("slack webhook", "hooks.slack.com",
           r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[A-Za-z0-9/]{30,}"),
    _shape("discord webhook", "/api/webhooks/", r"(?<=/api/webhooks/)\d{15,}/[A-Za-z0-9_-]{50,}"),
    _shape("stripe key", "sk_live_ sk_test_ rk_live_ rk_test_ whsec_",
           r"(?<![A-Za-z0-9])(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{24,})"),
    _shape("npm token", "npm_", r"(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}" + _END),
    _shape("npm token", "_authToken", r"(?<=_authToken=)[A-Za-z0-9_./+=-]{16,}"),
    _shape("pypi token", "pypi-", r"pypi-AgE[A-Za-z0-9_-]{40,}"),
    _shape("sendgrid key", "SG.", r"(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}"),
    _shape("twilio key", "SK", r"(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])"),
    _shape("mailgun key", "key-", r"(?<![A-Za-z0-9-])key-[0-9a-f]{32}(?![A-Za-z0-9])"),
    _shape("telegram token", ":AA", r"(?<![0-9A-Za-z])\d{8,10}:AA[A-Za-z0-9_-]{33}" + _END),
    _shape("shopify token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _shape("digitalocean token", "dop_v1_ doo_v1_ dor_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _shape("databricks token", "dapi", r"(?<![A-Za-z0-9])dapi[0-9a-f]{32}(?![A-Za-z0-9])"),
    _shape("vault token", "hvs. hvb.", r"(?<![A-Za-z0-9])hv[sb]\.[A-Za-z0-9_-]{24,}"),
    _shape("age key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    _shape("azure key", "AccountKey= SharedAccessKey=",
           r"(?<=AccountKey=)[A-Za-z0-9+/]{40,}={0,2}|(?<=SharedAccessKey=)[A-Za-z0-9+/]{40,}={0,2}"),
    _shape("jwt", "eyJ",
           r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}"),
    _shape("private key", "PRIVATE KEY",
           r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
           r"(?:(?!-----END)[\s\S]){16,20000}?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY"
           r"(?: BLOCK)?-----|\Z)"),
)  # fmt: skip

_URL_PASSWORD = re.compile(
    r"(?<=://)([^\s/:@'\"`<>{}$]{1,64}):([^\s/@'\"`<>{}$]{6,128})(?=@[\w\[])"
)
_HINTS = ("pass", "pwd", "secret", "token", "key", "credential")
_NAME = re.compile(
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?"
    r"|(?:api|access|private|encryption|signing|auth|account|secret)_?key)"
)
# Both are tried behind a hint only: found by `str.find`, ten times as quick as a search by pattern.
_ASSIGNED = re.compile(
    r"[A-Za-z0-9_]{0,24}[\"'\]]{0,2}\s{0,4}(?::\s{0,4}[\w.\[\]| ]{1,24}=|:=|=>|=|:)\s{0,4}"
    r"(?:[rbuf]{1,2})?([\"'`])(?P<value>[^\s\"'`]{10,256})\1"
)
_SETTING = re.compile(
    r"[\w.-]{0,24}[\"']?[ \t]*[=:][ \t]*(?P<value>[^\s\"'#$({<\[\],;]{10,256})[ \t]*\r?$",
    re.MULTILINE,
)
_SETTING_HEAD = re.compile(r"[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?[\"']?[A-Za-z][\w.-]*")
# Half a character, which an editor may hold, cannot be sent in any encoding.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_RANDOM = re.compile(
    r"(?i)example|sample|placeholder|changeme|change[-_]me|your|dummy|fake|redacted|xxxx|test"
    r"|insecure|secret|passw|token|_key|key_|\.\.\.|1234567|abcdef|\$\{|\{\{|<%"
)
_CODE_LIKE = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|->|/|-)[A-Za-z_][\w-]*)*(?:\(.*\))?|[\d.,:/-]+")
CHANGING = 16
"""A shorter value is no key by the kinds of its characters alone."""
_KINDS = str.maketrans(
    ascii_letters + digits, "a" * len(ascii_lowercase) + "A" * len(ascii_uppercase) + "0" * 10
)
_SIGNS = re.compile(r"[-_+/=.~]")
_MIXED = re.compile(r"(?=[A-Za-z]\d|\d[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret stands in a text, in characters, half open."""

    start: int
    end: int
    kind: str


def find_secrets(text: str) -> list[Secret]:
    """Find what looks like a secret, in order and without overlap."""
    found = [
        Secret(match.start(), match.end(), shape.kind)
        for shape in _SHAPES
        if any(hint in text for hint in shape.hints)
        for match in shape.pattern.finditer(text)
    ]
    found.extend(_generic(text))
    found.sort(key=lambda secret: secret.start)
    apart: list[Secret] = []
    for secret in found:
        if not apart or secret.start >= apart[-1].end:
            apart.append(secret)
    return apart


def mask_secrets(text: str) -> tuple[str, tuple[Mask, ...]]:
    """Put `[redacted: kind]` for each secret, every line where it was; tell what was masked."""
    text = _LONE_SURROGATE.sub("\ufffd", text)
    secrets = find_secrets(text)
    if not secrets:
        return text, ()
    parts: list[str] = []
    masks: list[Mask] = []
    position, line = 0, 1
    for secret in secrets:
        line += text.count("\n", position, secret.start)
        hidden = text[secret.start : secret.end]
        # A key block keeps its line breaks, so that line numbers stay true.
        breaks = "".join(c for c in hidden if c in "\r\n")
        masks.append(Mask(line=line, kind=secret.kind, n_lines=breaks.count("\n") + 1))
        parts += [text[position : secret.start], f"[redacted: {secret.kind}]", breaks]
        line += breaks.count("\n")
        position = secret.end
    parts.append(text[position:])
    return "".join(parts), tuple(masks)


def _generic(text: str) -> Iterator[Secret]:
    if "://" in text:
        for match in _URL_PASSWORD.finditer(text):
            if _is_random(match[2], 2.5):
                yield Secret(match.start(2), match.end(2), "password in a URL")
    lower = text.lower()
    if len(lower) != len(text):
        # A few letters grow when lowered, and the positions would not fit.
        lower = text
    for hint in _HINTS:
        position = lower.find(hint)
        while position >= 0:
            if (match := _assignment(text, lower, position)) and _is_random(match["value"], 3.0):
                yield Secret(match.start("value"), match.end("value"), "assigned secret")
            position = lower.find(hint, position + len(hint))


def _assignment(text: str, lower: str, hint: int) -> re.Match[str] | None:
    """Match `name = "value"`, or a settings file's bare `name=value` or `name: value`.

    The hint is in the name.
    """
    match = _ASSIGNED.match(text, hint)
    if match is None and (bare := _SETTING.match(text, hint)):
        line = text.rfind("\n", 0, hint) + 1
        match = bare if _SETTING_HEAD.fullmatch(text, line, hint + 1) else None
    if match is None or not _NAME.search(lower, max(0, hint - 12), match.start("value")):
        return None
    return match


def _is_random(value: str, least_bits: float) -> bool:
    """Say whether a value looks drawn at random, and is no word of code or prose."""
    if _NOT_RANDOM.search(value):
        return False
    if _changes_kind(value):
        return True
    if _CODE_LIKE.fullmatch(value) and not _mixes(value):
        return False
    kinds = sum(
        re.search(kind, value) is not None for kind in ("[a-z]", "[A-Z]", "[0-9]", r"[\W_]")
    )
    return kinds >= 2 and any(c.isdigit() for c in value) and entropy(value) >= least_bits


def _changes_kind(value: str) -> bool:
    """Say whether small and capital letters and digits follow each other as no name has them.

    That is more than four of ten; in `getUserAccountByEmail` it is fewer. The signs of base64 and
    its like stand between runs, and begin each anew: `X-Frame-Options` has words, not changes.
    """
    runs = _SIGNS.split(value)
    size = sum(map(len, runs))
    if size < CHANGING or not all(run.isascii() and run.isalnum() for run in runs if run):
        return False
    n_changes = sum(one != other for run in runs for one, other in pairwise(run.translate(_KINDS)))
    return n_changes >= 0.4 * size and entropy(value) >= 3.3


def _mixes(value: str) -> bool:
    """Say whether digits stand inside the word several times, unlike in `sha256_v2`."""
    return len(_MIXED.findall(value)) >= 3


def entropy(value: str) -> float:
    """Give the Shannon entropy of the characters, in bits a character."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())
