"""How files and sections look in three formats; a file's exact text can be read back.

- markdown: a heading with the path, then a fence of more backticks than any run of them in the
  content.
- xml: an element whose name gets a number when the content holds its closing tag; the content
  itself is untouched.
- plain: a line with the path and the number of lines that follow.

A text that does not end with a line break gets one, and the head says so.
"""

from xml.sax.saxutils import quoteattr

from octoprompt.context.fences import fence, label, printable, unique_tag
from octoprompt.context.model import Format, SectionName

NO_FINAL_BREAK = "no line break at the end"
TITLES: dict[SectionName, str] = {
    "rules": "Rules of this project",
    "tree": "File tree",
    "files": "Files",
    "diff": "Changes in git",
    "diagnostics": "Problems that the editor shows",
    "ticket": "Ticket",
    "prompts": "Prompts",
    "instructions": "Instructions",
}
ORDER: tuple[SectionName, ...] = tuple(TITLES)


def section_head(name: SectionName, form: Format) -> str:
    """Give the line that opens a section; in xml every part names itself."""
    if form == "xml":
        return ""
    return f"# {TITLES[name]}\n\n" if form == "markdown" else f"=== {TITLES[name]} ===\n\n"


def file_frame(path: str, note: str, body: str, form: Format) -> tuple[str, str]:
    """Give what stands before and after a file's text; `note` says how much of the file it is."""
    end = "" if not body or body.endswith("\n") else "\n"
    if form == "xml":
        tag = unique_tag("file", body)
        shown = f" shown={quoteattr(note)}" if note else ""
        last = ' final-newline="no"' if end else ""
        return f"<{tag} path={quoteattr(printable(path))}{shown}{last}>\n", f"{end}</{tag}>\n\n"
    notes = ", ".join(part for part in (note, NO_FINAL_BREAK if end else "") if part)
    if form == "markdown":
        marks = fence(body)
        head = f"## {printable(path)}" + (f" ({notes})" if notes else "")
        return f"{head}\n\n{marks}{label(path)}\n", f"{end}{marks}\n\n"
    lines = (body + end).count("\n")
    also = f"; {notes}" if notes else ""
    return f"--- {printable(path)} ({lines} lines follow{also}) ---\n", f"{end}\n"


def prose(name: SectionName, text: str, form: Format) -> str:
    """Give a section of running text: instructions, a ticket, a prompt."""
    body = text if text.endswith("\n") else text + "\n"
    if form == "xml":
        tag = unique_tag(name, body)
        return f"<{tag}>\n{body}</{tag}>\n\n"
    return body + "\n"


def listing(name: SectionName, text: str, form: Format, language: str = "") -> str:
    """Give a section of preformatted text: the tree, a diff, problems."""
    body = text if text.endswith("\n") else text + "\n"
    if form == "xml":
        tag = unique_tag(name, body)
        return f"<{tag}>\n{body}</{tag}>\n\n"
    if form == "markdown":
        marks = fence(body)
        return f"{marks}{language}\n{body}{marks}\n\n"
    return body + "\n"
