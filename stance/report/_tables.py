"""Result tables for papers: LaTeX with booktabs, and numbers as LaTeX macros."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_DIGITS = dict(
    zip(
        "0123456789",
        ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"],
        strict=True,
    )
)


def escape_latex(text: str) -> str:
    """Text with LaTeX's special characters escaped."""
    return "".join(_SPECIAL.get(char, char) for char in text)


def latex_table(table: pl.DataFrame, caption: str, label: str, decimals: int = 2) -> str:
    """A table in LaTeX with booktabs rules: text left, numbers right."""
    numeric = [kind.is_numeric() for kind in table.schema.values()]
    spec = "".join("r" if number else "l" for number in numeric)
    head = " & ".join(escape_latex(name) for name in table.columns)
    rows = [
        " & ".join(_cell(value, decimals) for value in row) + r" \\" for row in table.iter_rows()
    ]
    return "\n".join(
        [
            r"\begin{table}",
            rf"\caption{{{escape_latex(caption)}}}\label{{{label}}}",
            rf"\begin{{tabular}}{{{spec}}}",
            r"\toprule",
            head + r" \\",
            r"\midrule",
            *rows,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def _cell(value: object, decimals: int) -> str:
    if value is None:
        return "--"
    if isinstance(value, float):
        return f"{value:.{decimals}f}".replace("-", "$-$")
    return escape_latex(str(value))


def latex_macros(numbers: Mapping[str, object], prefix: str = "stance") -> str:
    r"""Numbers as macros: ``n_passages`` becomes ``\stanceNPassages``.

    Raises
    ------
    ValueError
        If two names give the same macro.
    """
    lines: dict[str, str] = {}
    for name, value in numbers.items():
        macro = prefix + _camel(re.split(r"[^A-Za-z0-9]+", name))
        if macro in lines:
            raise ValueError(
                f"found two numbers for \\{macro}; expected names that differ in letters"
            )
        text = f"{value:.6g}" if isinstance(value, float) else str(value)
        lines[macro] = rf"\newcommand{{\{macro}}}{{{escape_latex(text)}}}"
    return "\n".join(lines.values()) + "\n"


def _camel(words: Sequence[str]) -> str:
    spelled = ("".join(_DIGITS.get(char, char) for char in word) for word in words)
    return "".join(word[:1].upper() + word[1:] for word in spelled)
