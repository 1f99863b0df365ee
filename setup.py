"""Everything about the package is in pyproject.toml; here the catalogues are compiled on their way into it."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
from tenure.kit.catalogues import files


class BuildWithCatalogues(build_py):
    """Compile what changed before the files of the package are gathered."""

    def run(self) -> None:
        if not self.editable_mode:  # a checkout's are compiled by bin/setup
            files.compile_stale()
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogues})
