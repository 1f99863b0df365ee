"""Pure decisions of activation: codes that people can type, and what licence files say."""

from tenure.activation.rules.codes import ALPHABET, Misread, grouped, made_from, read_code
from tenure.activation.rules.files import facts_of, use_ends_on, wanted, years_of

__all__ = ["ALPHABET", "Misread", "facts_of", "grouped", "made_from", "read_code", "use_ends_on", "wanted", "years_of"]
