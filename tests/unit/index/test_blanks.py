"""What is blanked before a parse: no source makes the search for it long."""

import time

import pytest

from octoprompt.index.blanks import blanked
from octoprompt.index.languages import LANGUAGES

LENGTH = 20_000
BEGINNINGS = (b"", b"class AAAA ", b"int a(", b"static A_B(", b'@a("', b"as $a$ ", b"object a {")
REPEATED = (
    *(b"a", b"a ", b"class AAAA a ", b"a(", b"()", b"(a)", b"A_B ", b"A_", b".a .b ", b" when a"),
    *(
        b"@a ",
        b"public ",
        b"as $a$ ",
        b"[a].[",
        b"object a {",
        b"template <",
        b"BEGIN_",
        b" ",
        b"\n",
    ),
)
ENDS = (b"", b" A_B", b" : ", b";", b" }", b"!")


@pytest.mark.parametrize(
    "language", [one for one in LANGUAGES if one.blanks], ids=lambda one: one.id
)
def test_no_source_takes_long(language):
    """Time grows with the length, not with its square: 20 kB take milliseconds, not seconds."""
    words = b"BEGIN class _ clude( : ; when @ constructor suspend } # (()) \\ ]. $\n"
    for beginning in BEGINNINGS:
        for repeated in REPEATED:
            for end in ENDS:
                source = words + beginning + repeated * (LENGTH // len(repeated)) + end
                start = time.process_time()
                assert len(blanked(source, language.parts, language.blanks)) == len(source)
                assert time.process_time() - start < 1, source[:120]
