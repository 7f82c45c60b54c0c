"""The gateway's closed lists in the words of the schema.

Importing this describes them; a type that uses one before would make it an enum without a word.
"""

from jiebang.schema.words import account, action, coverage, guide, lookup, platform, refusal

__all__ = ["account", "action", "coverage", "guide", "lookup", "platform", "refusal"]
