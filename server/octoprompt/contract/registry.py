"""The whole contract: imports every area, so that all requests and notifications are declared."""

import importlib
import pkgutil

from octoprompt import contract
from octoprompt.contract._base import NOTIFICATIONS, REQUESTS

__all__ = ["AREAS", "NOTIFICATIONS", "REQUESTS"]

NOT_AREAS = frozenset({"_base", "openrpc", "registry"})
AREAS = tuple(
    sorted(
        module.name
        for module in pkgutil.iter_modules(contract.__path__)
        if module.name not in NOT_AREAS
    )
)
"""The areas by name, which is also the first part of their methods."""

for _area in AREAS:
    importlib.import_module(f"{contract.__name__}.{_area}")
