"""Registered models in memory, held to the same contract test as MLflow's registry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbats.errors.model import AliasMoved, AliasUnset, UnknownModel, UnknownModelVersion
from mbats.models.registry import Alias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.models.version import Version


class FakeModelRegistry:
    """Implements `mbats.models.registry.ModelRegistry`."""

    def __init__(self, versions: Sequence[Version] = ()) -> None:
        self._versions: dict[str, list[Version]] = {}
        self._aliases: dict[str, dict[str, int]] = {}
        for version in versions:
            self._versions.setdefault(version.name, []).append(version)

    def names(self) -> list[str]:
        return sorted(self._versions)

    def versions(self, name: str) -> list[Version]:
        return sorted(self._versions.get(name, []), key=lambda version: version.number)

    def version(self, reference: str) -> Version:
        name, number = self._parts(reference)
        known = {version.number: version for version in self._named(name)}
        if number not in known:
            raise UnknownModelVersion(name=name, number=number, known=", ".join(map(str, sorted(known))))
        return known[number]

    def aliases(self, name: str) -> Mapping[str, int]:
        self._named(name)
        return dict(self._aliases.get(name, {}))

    def move(self, name: str, alias: Alias, to: int | None, *, expected: int | None) -> None:
        found = self.aliases(name).get(alias)
        if found != expected:
            raise AliasMoved(alias=alias, name=name, found=found or "unset", expected=expected or "unset")
        if to is None:
            self._aliases.get(name, {}).pop(alias, None)
        else:
            self.version(f"{name}/{to}")
            self._aliases.setdefault(name, {})[alias] = to

    def adopt(self, name: str, version: Version) -> Version:
        known = self._versions.setdefault(name, [])
        found = next((one for one in known if one.id == version.id), None)
        if found is None:
            found = replace(version, name=name, number=max((one.number for one in known), default=0) + 1)
            known.append(found)
        return found

    def _named(self, name: str) -> list[Version]:
        if name not in self._versions:
            raise UnknownModel(name=name, known=", ".join(self.names()) or "none")
        return self._versions[name]

    def _parts(self, reference: str) -> tuple[str, int]:
        if "@" in reference:
            name, _, alias = reference.partition("@")
            aliases = self.aliases(name)
            if alias not in aliases:
                raise AliasUnset(name=name, alias=alias)
            return name, aliases[alias]
        name, slash, number = reference.partition("/")
        if slash:
            return name, int(number)
        aliases = self.aliases(name)
        return name, aliases.get(Alias.CHAMPION, max(one.number for one in self._named(name)))
