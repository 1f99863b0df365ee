"""The papers that come with a claim or a request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A file.  scan: waiting, clean, infected, or none where no scanner is set."""

    id: int
    name: str
    size_bytes: int
    scan: str

    @property
    def may_be_taken_down(self) -> bool:
        return self.scan in {"clean", "none"}
