"""What goes with a file, and which uses mean which definition."""

import random
import subprocess

import pytest

from support.indexing import opened, served, write

FILES = {
    "shop/__init__.py": "from .cart import Cart\nfrom .till import *\n",
    "shop/cart.py": "from shop.money import total\n\nclass Cart:\n    def price(self):\n"
    "        return total(self)\n",
    "shop/till.py": "def pay(cart):\n    return cart.price()\n",
    "shop/money.py": "def total(cart):\n    return 1\n",
    "shop/views.py": "import shop\nfrom shop import Cart, pay\n\ndef show():\n"
    "    return pay(Cart())\n",
    "garage/__init__.py": "",
    "garage/cart.py": "class Cart:\n    pass\n",
    "garage/lift.py": "from garage.cart import Cart\n\ndef lift():\n    return Cart()\n",
    "loose.py": "def wheel(Cart):\n    return Cart()\n",
    "tests/test_cart.py": "from shop import Cart\n\ndef test_price():\n    assert Cart().price()\n",
    "tests/test_other.py": "def test_nothing():\n    assert True\n",
}


@pytest.fixture
def root(tmp_path):
    """Give a small workspace."""
    root = tmp_path / "root"
    write(root, FILES)
    return root


@pytest.fixture
async def call(root, tmp_path):
    """Give its handlers."""
    async with served(root, tmp_path) as handlers:
        yield handlers


def _shown(found, kind):
    return [(one["path"], one["reason"]) for one in found[kind]]


async def test_a_file_relates_to_imports_importers_and_tests(call):
    """Names given on by a package are followed to where they are defined, and each has a reason."""
    found = await call("files/relate", path="shop/cart.py")
    assert _shown(found, "imports") == [("shop/money.py", "imports `total`")]
    assert _shown(found, "importers")[:2] == [
        ("shop/__init__.py", "imports `Cart`"),
        ("shop/views.py", "imports `Cart`"),
    ]
    assert ("shop/till.py", "uses `price`") in _shown(found, "importers")
    assert "garage/lift.py" not in dict(_shown(found, "importers")), "it means another `Cart`"
    assert _shown(found, "tests")[0] == (
        "tests/test_cart.py",
        "imports `Cart`; both are named after `cart`",
    )
    assert found.pop("incomplete") is False
    assert [one["score"] for kind in found.values() for one in kind[:1]] == [1, 1, 1]
    assert found["coChanged"] == []


async def test_a_test_relates_to_what_it_tests(call):
    """Of a test file, `tests` names the sources."""
    found = await call("files/relate", path="tests/test_cart.py")
    assert [path for path, _ in _shown(found, "tests")] == ["shop/cart.py", "garage/cart.py"]


async def test_names_given_on_by_a_star_are_followed(call):
    """`from .till import *` gives `pay` on."""
    found = await call("files/relate", path="shop/till.py")
    assert ("shop/views.py", "imports `pay`") in _shown(found, "importers")


async def test_the_limit_holds_for_each_kind(call):
    """One of each is the best of each."""
    found = await call("files/relate", path="shop/cart.py", limit=1)
    assert found.pop("incomplete") is False
    assert {kind: len(rows) for kind, rows in found.items()} == {
        "imports": 1,
        "importers": 1,
        "tests": 1,
        "coChanged": 0,
    }


async def test_a_file_that_is_not_there_is_an_error(call):
    """It has a name, and says which file."""
    error = await call.error("files/relate", path="shop/nothing.py")
    assert "shop/nothing.py" in error.message


async def test_commits_join_files(root, tmp_path):
    """Files of one commit changed together, and the reason counts the commits."""
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "begin")
    for n in range(2):
        for path in ("shop/cart.py", "loose.py"):
            with (root / path).open("a") as file:
                file.write(f"# {n}\n")
        _git(root, "commit", "-qam", f"change {n}")
    async with served(root, tmp_path) as call:
        found = await call("files/relate", path="shop/cart.py")
    assert _shown(found, "coChanged")[0] == ("loose.py", "changed in 3 of its 3 commits")


async def test_an_unsaved_import_counts(call):
    """What an editor shows is what relates."""
    text = "from garage.lift import lift\n"
    call.app.project(None).workspace.overlay.set("loose.py", text, 1)
    call.index.overlay_changed("loose.py")
    found = await call("files/relate", path="garage/lift.py")
    assert ("loose.py", "imports `lift`") in _shown(found, "importers")
    call.app.project(None).workspace.overlay.drop("loose.py")
    call.index.overlay_changed("loose.py")
    found = await call("files/relate", path="garage/lift.py")
    assert found["importers"] == []


async def test_references_mean_the_definition_asked_for(call):
    """Those that see it come first, those of a namesake are left out, others are not resolved."""
    found = await call("symbols/references", name="Cart", path="shop/cart.py")
    shown = [(one["path"], one["resolved"]) for one in found["references"]]
    assert dict(shown) == {
        "shop/__init__.py": True,
        "shop/views.py": True,
        "tests/test_cart.py": True,
        "loose.py": False,
    }
    assert shown[-1] == ("loose.py", False)


async def test_the_graph_after_changes_is_the_graph_from_nothing(root, tmp_path):
    """Random edits, new files, lost files and changed packages leave nothing behind."""
    choice = random.Random(5)  # noqa: S311 - the same changes each time
    lines = [line for text in FILES.values() for line in text.splitlines() if "import" in line]
    async with opened(root, tmp_path / "a") as index:
        for round_ in range(12):
            for path in choice.sample(sorted(FILES), 3):
                file = root / path
                if choice.random() < 0.3:
                    file.unlink(missing_ok=True)
                else:
                    file.write_text("\n".join(choice.sample(lines, 3)) + f"\nx{round_} = 1\n")
            await index.refresh()
            paths = await index.paths()
            found = {path: await index.relate(path, 50) for path in paths}
            if round_ % 4 == 3:
                async with opened(root, tmp_path / f"b{round_}") as fresh:
                    assert found == {path: await fresh.relate(path, 50) for path in paths}


def _git(root, *arguments):
    settings = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    subprocess.run(["git", *settings, *arguments], cwd=root, check=True)


async def test_what_a_class_extends_comes_first_and_prose_uses_nothing(tmp_path):
    """However many others import it; a change log that says a name is no user of it."""
    types = {
        "Shop/IStore.cs": "namespace Shop.Api;\npublic interface IStore { void SellItem(); }\n",
        "Shop/Item.cs": "namespace Shop.Api;\npublic class Item { }\n",
        "Impl/Store.cs": "using Shop.Api;\nnamespace Shop.Impl;\npublic class Store : IStore\n"
        "{ public void SellItem() { new Item(); } }\n",
        **{
            f"Web/Page{n}.cs": "using Shop.Api;\nnamespace Shop.Web;\npublic class Page"
            f"{n} {{ IStore store; void Buy() {{ store.SellItem(); }} }}\n"
            for n in range(6)
        },
        "CHANGELOG.md": "SellItem is new\n",
    }
    write(tmp_path / "shop", types)
    async with served(tmp_path / "shop", tmp_path) as call:
        found = await call("files/relate", path="Impl/Store.cs")
        users = await call("files/relate", path="Shop/IStore.cs")
    assert _shown(found, "imports")[0] == (
        "Shop/IStore.cs",
        "defines `IStore`, which it extends; imports `IStore`",
    )
    assert "Shop/Item.cs" in dict(_shown(found, "imports"))
    assert {"Web/Page0.cs", "Impl/Store.cs"} <= dict(_shown(users, "importers")).keys()
    assert "CHANGELOG.md" not in dict(_shown(users, "importers"))
