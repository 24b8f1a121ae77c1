"""Prepared answers to each kind of crisis: the shipped files and what reads them."""

from playbooks.loader import Library, load
from playbooks.problems import PlaybookProblems, Problem

__all__ = ["Library", "PlaybookProblems", "Problem", "load"]
