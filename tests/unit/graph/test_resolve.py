"""Imports as they are written, followed to files."""

import pytest

from octoprompt.index.graph.places import Places
from octoprompt.index.graph.resolve import Contents, Resolver
from octoprompt.index.graph.rust import leaves
from octoprompt.index.model import Import


def followed(files, path, language, *written, defined=None):
    """Give the files that imports mean; `files` are texts by path, or paths alone."""
    texts = files if isinstance(files, dict) else dict.fromkeys(files, "")
    imports = {path: (language, [_import(one) for one in written])}
    for other, text in texts.items():
        if isinstance(text, list):
            imports[other] = (language, [_import(one) for one in text])
    places = Places(
        files=frozenset(texts), read=lambda p: texts[p] if isinstance(texts[p], str) else ""
    )
    contents = Contents(
        imports=lambda p: imports.get(p, (language, ())),
        defined=lambda p: (defined or {}).get(p, ()),
        definers=lambda name: [p for p, names in (defined or {}).items() if name in names],
    )
    links = Resolver(places, contents).links(path, *imports[path])
    return {link.path: link.names for link in links.values()}


def _import(written):
    module, *names = written.split()
    return Import(module=module.replace("~", " "), names=tuple(names))


DJANGO = (
    *("pkg/__init__.py", "pkg/db/__init__.py", "pkg/db/query.py", "pkg/db/fields/__init__.py"),
    *("pkg/forms.py", "tests/__init__.py", "tests/shop/__init__.py", "tests/shop/models.py"),
    *("src/app/core.py", "src/app/__init__.py", "scripts/helper.py", "scripts/run.py"),
)


@pytest.mark.parametrize(
    ("path", "written", "expected"),
    [
        ("pkg/forms.py", "pkg.db.query Query", {"pkg/db/query.py": ("Query",)}),
        ("pkg/forms.py", "pkg.db query fields", {"pkg/db/query.py": ("query",)}),
        ("pkg/db/query.py", ". fields", {"pkg/db/fields/__init__.py": ("fields",)}),
        ("pkg/db/fields/__init__.py", "..query Q", {"pkg/db/query.py": ("Q",)}),
        ("pkg/forms.py", "pkg.db.query.Query", {"pkg/db/query.py": ()}),
        ("tests/shop/test_a.py", ".models Cart", {"tests/shop/models.py": ("Cart",)}),
        ("tests/shop/test_a.py", "app.core run", {"src/app/core.py": ("run",)}),
        ("scripts/run.py", "helper", {"scripts/helper.py": ()}),
        ("pkg/forms.py", "json", {}),
        ("pkg/db/query.py", "fields", {}),
        ("pkg/forms.py", "....far away", {}),
    ],
)
def test_python(path, written, expected):
    """Packages, relative imports and source folders are followed; libraries are not."""
    assert followed(DJANGO, path, "python", written).items() >= expected.items()
    if not expected:
        assert not followed(DJANGO, path, "python", written)


KOTLIN = {
    "core/common/src/flow/Builders.kt": '@file:JvmName("F")\npackage kotlinx.coroutines.flow\n',
    "core/jvm/src/flow/Builders.kt": "package kotlinx.coroutines.flow\n",
    "core/common/src/channels/Channel.kt": "package kotlinx.coroutines.channels\n",
    "other/src/Flow.kt": "package other.flow\n",
    "app/src/App.kt": "package app\n",
}
KOTLIN_DEFINED = {
    "core/common/src/flow/Builders.kt": ["flowOf", "Flow"],
    "core/jvm/src/flow/Builders.kt": ["flowOf"],
    "core/common/src/channels/Channel.kt": ["Channel"],
    "other/src/Flow.kt": ["flowOf", "channels"],
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "kotlinx.coroutines.flow.flowOf",
            ["core/common/src/flow/Builders.kt", "core/jvm/src/flow/Builders.kt"],
        ),
        ("kotlinx.coroutines.flow.Flow", ["core/common/src/flow/Builders.kt"]),
        (
            "kotlinx.coroutines.channels.Channel.Factory.CONFLATED",
            ["core/common/src/channels/Channel.kt"],
        ),
        ("other.flow.flowOf", ["other/src/Flow.kt"]),
        ("kotlinx.coroutines.channels", ["core/common/src/channels/Channel.kt"]),
        ("kotlinx.coroutines.flow.unknown", []),
        ("java.util.Flow", []),
    ],
)
def test_kotlin_by_package(written, expected):
    """A name is its package's wherever the file stands, and nobody else's of the same name."""
    found = followed(KOTLIN, "app/src/App.kt", "kotlin", written, defined=KOTLIN_DEFINED)
    assert sorted(found) == expected


def test_scala_packages_in_several_clauses():
    """`package cats` and `package data` beneath it are one package."""
    files = {"core/Chain.scala": "package cats\npackage data\n", "app/App.scala": ""}
    defined = {"core/Chain.scala": ["Chain", "NonEmpty"]}
    found = followed(files, "app/App.scala", "scala", "cats.data NonEmpty", defined=defined)
    assert found == {"core/Chain.scala": ("NonEmpty",)}


def test_a_name_is_followed_through_packages_that_give_it_on():
    """By name, by star, and not past the file that defines it."""
    files = {
        "pkg/__init__.py": [".query Query", ".fields.__init__"],
        "pkg/query.py": "",
        "pkg/fields/__init__.py": [".text TextField"],
        "pkg/fields/text.py": "",
        "app.py": "",
    }
    defined = {"pkg/__init__.py": ["VERSION"], "pkg/fields/__init__.py": ["Field"]}
    found = followed(
        files, "app.py", "python", "pkg Query VERSION Field TextField", defined=defined
    )
    assert found == {
        "pkg/query.py": ("Query",),
        "pkg/__init__.py": ("VERSION",),
        "pkg/fields/__init__.py": ("Field",),
        "pkg/fields/text.py": ("TextField",),
    }


def test_packages_that_give_each_other_on_end():
    """Two packages that give everything of each other on are no endless loop."""
    files = {"a/__init__.py": ["b"], "b/__init__.py": ["a"], "app.py": ""}
    assert followed(files, "app.py", "python", "a thing") == {"a/__init__.py": ("thing",)}


WEB = {
    "tsconfig.json": '{ // what\n "compilerOptions": {"baseUrl": ".", "paths":'
    ' {"@lib/*": ["packages/*/src"], "#x": ["packages/core/src/x.ts"],},},}',
    "packages/core/package.json": '{"name": "@acme/core", "main": "dist/index.js",'
    ' "exports": {".": "./src/index.ts", "./deep": {"import": "./src/deep/index.js"}}}',
    "packages/core/src/index.ts": "",
    "packages/core/src/x.ts": "",
    "packages/core/src/deep/index.ts": "",
    "packages/ui/package.json": '{"name": "ui", "main": "dist/ui.js"}',
    "packages/ui/src/index.tsx": "",
    "packages/ui/src/button.tsx": "",
    "packages/ui/src/Card.vue": "",
    "packages/ui/src/types.d.ts": "",
    "packages/broken/package.json": "{",
    "packages/automation/package.json": '{"name": "automation", "main": "./out/index.js"}',
    "packages/automation/src/index.ts": "",
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("./button", "packages/ui/src/button.tsx"),
        ("./button.js", "packages/ui/src/button.tsx"),
        ("./Card.vue?raw", "packages/ui/src/Card.vue"),
        (".", "packages/ui/src/index.tsx"),
        ("./types.js", "packages/ui/src/types.d.ts"),
        ("../../automation", "packages/automation/src/index.ts"),
        ("../../core/src/deep", "packages/core/src/deep/index.ts"),
        ("@acme/core", "packages/core/src/index.ts"),
        ("@acme/core/deep", "packages/core/src/deep/index.ts"),
        ("@acme/core/src/x", "packages/core/src/x.ts"),
        ("@lib/core", "packages/core/src/index.ts"),
        ("#x", "packages/core/src/x.ts"),
        ("packages/core/src/x", "packages/core/src/x.ts"),
        ("ui", "packages/ui/src/index.tsx"),
        ("@/button", "packages/ui/src/button.tsx"),
        ("react", None),
        ("../../../../../etc/passwd", None),
        ("./nothing", None),
    ],
)
def test_typescript(written, expected):
    """Relative files, mapped paths, packages of the workspace; libraries are not followed."""
    found = followed(WEB, "packages/ui/src/app.ts", "typescript", f"{written} a b")
    assert found == ({expected: ("a", "b")} if expected else {})


CRATES = {
    "crates/hir-def/Cargo.toml": '[package]\nname = "hir-def"\n',
    "crates/hir-def/src/lib.rs": "",
    "crates/hir-def/src/item.rs": "",
    "crates/hir-def/src/item/lower.rs": "",
    "crates/hir-def/src/item/tests.rs": "",
    "crates/hir-def/src/body/mod.rs": "",
    "crates/hir-def/src/body/scope.rs": "",
    "tool/Cargo.toml": '[package]\nname = "x"\n[lib]\nname = "tool"\npath = "tool.rs"\n',
    "tool/tool.rs": "",
    "app/Cargo.toml": '[package]\nname = "app"\n',
    "app/src/main.rs": "",
}


@pytest.mark.parametrize(
    ("path", "written", "expected"),
    [
        ("item.rs", "lower", {"item/lower.rs": ()}),
        ("item/tests.rs", "super::*", {"item.rs": ()}),
        ("item/tests.rs", "super::lower::ctx", {"item/lower.rs": ("ctx",)}),
        ("item.rs", "crate::body::scope::Scope", {"body/scope.rs": ("Scope",)}),
        ("body/scope.rs", "super::Body", {"body/mod.rs": ("Body",)}),
        ("item.rs", "crate::{body::{scope::A,~self},~item}", None),
        ("item.rs", "std::fmt", {}),
    ],
)
def test_rust_modules(path, written, expected):
    """`crate`, `super`, `self`, children and `mod`, along folders and `mod.rs`."""
    base = "crates/hir-def/src/"
    found = followed(CRATES, base + path, "rust", written)
    if expected is None:
        expected = {"body/scope.rs": ("A",), "body/mod.rs": ()}
    assert found == {base + other: names for other, names in expected.items()}


def test_rust_crates():
    """A crate is known by the name in its manifest, its library by the path there."""
    found = followed(CRATES, "app/src/main.rs", "rust", "hir_def::item::Item", "tool::Tool")
    assert found == {"crates/hir-def/src/item.rs": ("Item",), "tool/tool.rs": ("Tool",)}


def test_use_trees():
    """A tree of `use` is cut into its paths; half a tree gives what it holds."""
    assert leaves("a::{b::{c, d as e}, f::{self, *}}") == ["a::b::c", "a::b::d", "a::f", "a::f"]
    assert leaves("r#mod::x") == ["mod::x"]
    assert leaves("a::{b, c::{d") == ["a::b", "a::c::d"]
    assert leaves("}},{") == []


@pytest.mark.parametrize(
    ("language", "files", "path", "written", "expected"),
    [
        (
            "go",
            {"go.mod": "module ex.org/m // x\n", "x/a.go": "", "x/b.go": "", "x/a_test.go": ""},
            "main.go",
            "ex.org/m/x",
            {"x/a.go", "x/b.go"},
        ),
        ("go", {"go.mod": "module ex.org/m", "fmt/a.go": ""}, "main.go", "fmt", set()),
        (
            "java",
            ("src/main/java/org/shop/Cart.java", "src/main/java/org/shop/Till.java"),
            "src/test/java/org/shop/CartTest.java",
            "org.shop.Cart",
            {"src/main/java/org/shop/Cart.java"},
        ),
        (
            "java",
            ("src/org/shop/Cart.java", "src/org/shop/Till.java"),
            "src/org/Main.java",
            "org.shop.Cart.TOTAL",
            {"src/org/shop/Cart.java"},
        ),
        ("java", ("a/util/List.java",), "a/Main.java", "java.util.concurrent.Map", set()),
        ("c", ("src/dict.h", "src/dict.c"), "src/main.c", "dict.h", {"src/dict.h"}),
        ("cpp", ("include/db/status.h",), "db/a.cc", "db/status.h", {"include/db/status.h"}),
        ("c", ("deps/stdio.h", "x/stdio.h"), "src/main.c", "<stdio.h>", set()),
        ("ruby", ("lib/side/client.rb",), "lib/side.rb", "side/client", {"lib/side/client.rb"}),
        ("ruby", ("lib/json.rb",), "bin/deep/run.rb", "json", {"lib/json.rb"}),
        ("ruby", ("a/set.rb", "b/set.rb"), "c/run.rb", "set", set()),
        (
            "php",
            ("src/Contracts/Queue/Job.php", "src/Job.php"),
            "src/Bus.php",
            r"Acme\Contracts Queue\Job",
            {"src/Contracts/Queue/Job.php"},
        ),
        ("lua", ("kong/tools/utils.lua",), "kong/a.lua", "kong.tools.utils", None),
        ("bash", ("lib/colors.sh",), "run.sh", "./lib/colors.sh", {"lib/colors.sh"}),
        ("bash", ("test/helper.bash",), "test/a.bats", "helper", {"test/helper.bash"}),
        ("css", ("theme/a.css",), "theme/b.css", "a.css", {"theme/a.css"}),
        ("cobol", ("a",), "b", "a", set()),
    ],
)
def test_other_languages(language, files, path, written, expected):
    """Packages by folder, includes by path, requires by name; what is far away is not guessed."""
    found = set(followed(files, path, language, written))
    assert found == ({"kong/tools/utils.lua"} if expected is None else expected)


def test_a_using_leads_to_the_types_that_are_named():
    """Wherever the files of a namespace lie; attributes may be said short."""
    files = {
        "Media.Model/Entities/Movie.cs": "",
        "Media.Model/Entities/Series.cs": "",
        "Media.Model/Entities/Series.Naming.cs": "",
        "Media.Model/Entities/RatedAttribute.cs": "",
        "Media.Model/IO/Reader.cs": "",
        "Media.Api/Controller.cs": "[Rated] class Controller { Series series; Reader reader; }",
    }
    defined = {path: ("Media.Model.Entities",) for path in files if "/Entities/" in path}
    defined["Media.Model/IO/Reader.cs"] = ("Media.Model.IO",)
    found = followed(
        files,
        "Media.Api/Controller.cs",
        "c_sharp",
        *("System.Linq", "Media.Model.Entities", "Media.Model.Entities.Movie"),
        defined=defined,
    )
    assert found == {
        "Media.Model/Entities/Series.cs": ("Series",),
        "Media.Model/Entities/Series.Naming.cs": ("Series",),
        "Media.Model/Entities/RatedAttribute.cs": ("RatedAttribute",),
        "Media.Model/Entities/Movie.cs": ("Movie",),
    }


def test_a_php_name_is_found_where_its_namespace_says_nothing_of_the_folder():
    """By who defines it there: functions, and packages that share a namespace."""
    files = {
        "src/Support/functions.php": "<?php\n\nnamespace Acme\\Support;\n\nfunction value() {}\n",
        "src/Other/functions.php": "<?php\n\nnamespace Acme\\Other;\n\nfunction value() {}\n",
        "src/Bus.php": "",
    }
    defined = dict.fromkeys(["src/Support/functions.php", "src/Other/functions.php"], ("value",))
    found = followed(files, "src/Bus.php", "php", r"Acme\Support\value", defined=defined)
    assert found == {"src/Support/functions.php": ("value",)}
    assert followed(files, "src/Bus.php", "php", r"Acme\Gone\value", defined=defined) == {}
