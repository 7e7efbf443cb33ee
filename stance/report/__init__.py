"""Reports: the codebook and models' cards for readers, tables for papers."""

from stance.report._card import model_card
from stance.report._codebook import codebook_prompt, codebook_text, handbook
from stance.report._results import write_results, write_text
from stance.report._tables import escape_latex, latex_macros, latex_table

__all__ = [
    "codebook_prompt",
    "codebook_text",
    "escape_latex",
    "handbook",
    "latex_macros",
    "latex_table",
    "model_card",
    "write_results",
    "write_text",
]
