"""The writer: a language model puts the rundown's numbered sentences into dialogue."""

from kawaraban.script.writer.writing import Plan, Written, plan, write

__all__ = ["Plan", "Written", "plan", "write"]
