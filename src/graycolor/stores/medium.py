"""What the photographs and the films of an archive differ in; all else is done with both in the same way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from graycolor.config.keys import Key
from graycolor.files import Job, Kind
from graycolor.looks import Look


class Said(Protocol):
    """What the options of both say."""

    @property
    def overwrite(self) -> bool:
        """Replace results that are there."""

    @property
    def skip_existing(self) -> bool:
        """Leave results alone that are there."""


Options = TypeVar("Options", bound=Said)
LookNamed = Callable[[str], str | Look]
"""Finds a look by its name."""


class Medium(ABC, Generic[Options]):
    """One of the two.

    Attributes:
        noun: what to call one.
        kind: of its files.
        settings: the columns of a manifest that set an option.
    """

    noun: ClassVar[str]
    kind: ClassVar[Kind]
    settings: ClassVar[Mapping[str, Key]]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that a manifest may have."""
        return ("path", "output", "hints", "reference", *self.settings)

    @abstractmethod
    def name(self, source: Path, options: Options) -> str:
        """The name of a result that nobody has named."""

    @abstractmethod
    def results(self, options: Options, target: Path) -> Sequence[Path]:
        """The files that a result becomes."""

    def companions(self, options: Options, job: Job) -> Sequence[Path]:
        """The files that go with a result."""
        return ()

    def own(self, options: Options, source: Path) -> Options:
        """The options of one source, where the run has some for it by its name."""
        return options

    @abstractmethod
    def read(self, options: Options) -> Iterator[Path]:
        """The files that are read for options."""

    @abstractmethod
    def settled(self, options: Options, *, overwrite: bool) -> Options:
        """The options once it is known whether the result is to be replaced."""

    @abstractmethod
    def told(self, options: Options) -> dict[str, Any]:
        """What a person said, as plain values, for the log."""

    @abstractmethod
    def deciding(self, options: Options) -> dict[str, Any]:
        """All that decides on a result besides its source, its name, the weights and the version."""

    def check_source(self, said: str) -> None:
        """Refuse what a row may not name as its source.

        Raises:
            InputError: it says why.
        """

    @abstractmethod
    def check_name(self, name: PurePosixPath, options: Options) -> None:
        """Refuse a name of a result that does not go with its options.

        Raises:
            GraycolorError: it says why.
        """

    def check_options(self, name: PurePosixPath, options: Options) -> None:
        """Refuse options that no result of such a name can have, whoever chose the name.

        Raises:
            GraycolorError: it says why.
        """

    @abstractmethod
    def with_own(self, options: Options, own: Mapping[str, Any], folder: Path, look_named: LookNamed) -> Options:
        """Options with what a row says of its own, by the names of the columns; hints come after.

        Args:
            options: of the run.
            own: what the row says.
            folder: where relative names begin.
            look_named: finds a look by its name.

        Raises:
            UsageError: the values do not go together.
            InputError, MissingInputError: a file cannot be read.
        """

    @abstractmethod
    def with_hints(self, options: Options, said: str | list[Any], folder: Path) -> Options:
        """Options with the hints of a row.

        Raises:
            GraycolorError: they are none.
        """
