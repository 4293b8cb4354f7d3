"""Files that are not sent unless the user confirms, known by their names."""

import re
from fnmatch import translate
from functools import lru_cache
from pathlib import PurePosixPath

_EXAMPLES = (".example", ".sample", ".template", ".dist", ".defaults", ".schema")
_SECRET_NAMES = (
    *(".env", ".env.*", "*.env", ".envrc", ".netrc", "_netrc", ".npmrc", ".yarnrc.yml", ".pypirc"),
    *(".git-credentials", ".pgpass", ".my.cnf", ".htpasswd", ".dockercfg", ".boto", ".s3cfg"),
    *("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_*_sk", "*.pem", "*.key", "*.p8", "*.p12"),
    *("*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk", "*.asc", "*.gpg", "*.ovpn", "*.tfstate"),
    *("*.tfstate.backup", "*.tfvars", "*.mobileprovision", "master.key", "credentials"),
    *("credentials.json", "credentials.yml.enc", "service-account*.json", "client_secret*.json"),
    *("secrets.yml", "secrets.yaml", "secrets.json", "secrets.toml", "kubeconfig", "*.kubeconfig"),
)
_SECRET_NAME = re.compile("|".join(map(translate, _SECRET_NAMES)))
_SECRET_FOLDERS = frozenset({".ssh", ".gnupg", ".aws", ".kube", ".docker", ".azure", ".gcloud"})


@lru_cache(maxsize=4_096)
def sensitive(path: str) -> str | None:
    """Say why a file probably holds secrets, by its path; None when it does not look so.

    Examples and templates (`.env.example`) and public keys are not meant.
    """
    pure = PurePosixPath(path.lower())
    if pure.name.endswith((*_EXAMPLES, ".pub")):
        return None
    if any(part in _SECRET_FOLDERS for part in pure.parts[:-1]):
        return "a folder of keys"
    if _SECRET_NAME.match(pure.name):
        return "its name says that it holds secrets"
    return None


def names(text: str, path: str) -> bool:
    """Say whether a text names a file, by its name or more of its path, in any case."""
    name = re.escape(PurePosixPath(path).name)
    return re.search(rf"(?<![\w.-]){name}(?![\w-]|\.\w)", text, re.IGNORECASE) is not None
