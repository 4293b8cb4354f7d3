"""Secrets: found in every usual shape, and ordinary code left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.context.redact import mask_secrets
from octoprompt.context.sensitive import sensitive

R = "Q7xV2mNp9RtY4wZs8LkJ3hGf6DdA1cBe5UiOoPqW0aSd"
HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

SECRETS = {
    "openai key": f"sk-proj-{R}",
    "api key": f"sk-{R[:32]}",
    "anthropic key": f"sk-ant-api03-{R}",
    "openrouter key": f"sk-or-v1-{HEX}{HEX}",
    "groq key": f"gsk_{R}",
    "google key": f"AIza{R[:35]}",
    "google oauth secret": f"GOCSPX-{R[:28]}",
    "xai key": f"xai-{R}",
    "together key": f"tgp_v1_{R}",
    "perplexity key": f"pplx-{R}",
    "replicate token": f"r8_{R[:37]}",
    "hugging face token": "hf_" + "abcdefghijKLMNOPQRSTuvwxyzABCDEFGHij"[:34],
    "aws access key": "AKIAQ3EGPLMNBVCXZ234",
    "github token": f"ghp_{R[:36]}",
    "gitlab token": f"glpat-{R[:20]}",
    "slack token": f"xoxb-1234567890-{R[:24]}",
    "stripe key": f"sk_live_{R[:24]}",
    "npm token": f"npm_{R[:36]}",
    "pypi token": f"pypi-AgEIcHlwaS5vcmc{R}",
    "sendgrid key": f"SG.{R[:22]}.{R[:43]}",
    "twilio key": f"SK{HEX}",
    "telegram token": f"123456789:AA{R[:33]}",
    "digitalocean token": f"dop_v1_{HEX}{HEX}",
    "vault token": f"hvs.{R}",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpM",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_key_is_masked_with_its_kind(kind):
    """A key of each issuer is found bare, quoted and in a URL's query, and the rest stays."""
    for before, after in (("", ""), ('key = "', '"\n'), ("https://x.example/?k=", "&a=1")):
        text, masks = mask_secrets(f"{before}{SECRETS[kind]}{after}")
        assert text == f"{before}[redacted: {kind}]{after}"
        assert [mask.kind for mask in masks] == [kind]


@pytest.mark.parametrize(
    "line",
    [
        f'password = "{R[:16]}"',
        f"'api_key': '{R[:24]}',",
        f'const apiKey: string = "{R}";',
        f'"client_secret" => "{R}"',
        f"DATABASE_PASSWORD={R[:16]}",
        f"export AWS_SECRET_ACCESS_KEY={R}",
        f"SECRET_KEY=django-{R}\r",
        f"aws_secret_access_key = {R}",
        f"  password: {R[:16]}",
        f"  - api-token: {R[:24]}",
        f"spring.datasource.password={R[:16]}",
        '"clientSecret": "Zx8-QwErTy_12345AsDfGhP0"',
    ],
)
def test_an_assigned_secret_is_masked(line):
    """A random value that is assigned to a name like `password` is masked, whatever issued it."""
    text, masks = mask_secrets(f"a\n{line}\nb\n")
    assert [(mask.line, mask.kind) for mask in masks] == [(2, "assigned secret")]
    assert R[:16] not in text


@pytest.mark.parametrize(
    "line",
    [
        'password = "password"',
        'token = request.headers["X-CSRFToken"]',
        'API_KEY = os.environ["API_KEY"]',
        'secret = "correct horse battery staple"',
        'password = "your-password-here-1"',
        'token_type = "sha256_v2_scheme"',
        'key = "django.contrib.auth.hashers.PBKDF2PasswordHasher"',
        'url = "http://user:password@localhost/db"',
        'url = "https://example.com:8080/path"',
        "sk-learn sk-toggleable-content task-force-2023-alpha-beta-gamma-delta",
        "publicKeyToken=null, Version=1.2.3.4",
        "class TokenBucketRateLimiter2: pass",
        f"commit {HEX}",
        "password=forms.CharField(widget=PasswordInput2)",
        "    access_token = response2.payload",
        "  auth_key: v2-deps-linux-2024",
        "self.token = other.token_for_2",
        "token = outer_match[0],",
        "token_url: https://example.com/oauth2/token",
    ],
)
def test_ordinary_code_is_left_alone(line):
    """What only looks like a secret to a careless pattern stays."""
    assert mask_secrets(line) == (line, ())


def test_a_password_in_a_url_is_masked_alone():
    """User and host stay readable."""
    text, masks = mask_secrets(f"DB = 'postgres://app:{R[:14]}@db.internal:5432/x'")
    assert text == "DB = 'postgres://app:[redacted: password in a URL]@db.internal:5432/x'"
    assert masks[0].kind == "password in a URL"


def test_a_private_key_goes_whole_and_no_line_moves():
    """All lines of a key block are masked, and what follows keeps its line number."""
    block = (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQ\nQwErTyUiOp\n-----END RSA PRIVATE KEY-----"
    )
    text, masks = mask_secrets(f"a\n{block}\nz = '{SECRETS['jwt']}'\n")
    assert "MIIEow" not in text
    assert text.split("\n")[5] == "z = '[redacted: jwt]'"
    assert [(mask.line, mask.kind) for mask in masks] == [(2, "private key"), (6, "jwt")]


def test_a_key_block_without_end_is_masked_to_the_end():
    """A truncated key is still a key."""
    text, _ = mask_secrets("-----BEGIN PRIVATE KEY-----\n" + "A7b" * 40)
    assert "A7bA7b" not in text


@given(
    st.lists(st.one_of(st.text(max_size=30), st.sampled_from(list(SECRETS.values()))), max_size=12)
)
def test_masking_never_moves_a_line(parts):
    """No line break comes or goes, and masking again changes nothing."""
    text = "\n".join(parts)
    masked, masks = mask_secrets(text)
    assert masked.count("\n") == text.count("\n")
    assert all(1 <= mask.line <= text.count("\n") + 1 for mask in masks)
    assert mask_secrets(masked) == (masked, ())


@pytest.mark.parametrize(
    "path",
    [
        *(".env", "app/.env.production", "id_rsa", "certs/server.pem", ".npmrc", "prod.tfvars"),
        *("home/.ssh/config", "x/.aws/credentials", "KEYS/Server.KEY"),
    ],
)
def test_files_of_secrets_are_known_by_name(path):
    """Key files, environments and credential stores need a yes."""
    assert sensitive(path)


@pytest.mark.parametrize(
    "path",
    [".env.example", "id_rsa.pub", "src/environment.ts", "docs/keys.md", "token.py", "monkey.py"],
)
def test_ordinary_names_are_not_secret(path):
    """Examples, public keys and code about keys are sent as usual."""
    assert sensitive(path) is None
