"""Lets happen at a venue what a schedule says, through its operator's port; once, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import mmap
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torture.schedule import Incident, Schedule


class Conductor:
    """Performs incidents when the market comes to them.

    Parameters
    ----------
    address
        Of the exchange.
    span
        The market's beginning and end, nanoseconds UTC.
    sever
        Cuts the session's connection to its database.
    """

    def __init__(
        self, schedule: Schedule, address: dict[str, Any], span: tuple[int, int], sever: Callable[[], None]
    ) -> None:
        self._address, self._sever = address, sever
        begin, self.ends = span
        self._incidents: Sequence[tuple[int, Incident]] = [
            (begin + int(one.share * (self.ends - begin)), one) for one in schedule.incidents
        ]
        self._patience = max((float(fault.get("delay", 0)) for fault in schedule.faults), default=0.0)
        self._faults = schedule.faults
        # Shared with all processes that are forked from here on, so that what was done is not done again.
        self._done = mmap.mmap(-1, len(self._incidents) + 1)
        self._happened = mmap.mmap(-1, len(self._faults) + 1)

    def arm(self) -> None:
        """Arm all faults, before anybody trades."""
        with self._admin(httpx.Client) as admin:
            for fault in self._faults:
                answer = admin.post("/v1/faults", json=fault)
                assert answer.is_success, answer.text

    async def perform(self, now: int) -> None:
        """Let happen what is due."""
        for number, (time, incident) in enumerate(self._incidents):
            if time <= now and not self._done[number]:
                try:
                    await self._perform(incident)
                except httpx.TransportError:
                    return  # the exchange is away; the next look comes
                self._done[number] = 1

    async def calm(self) -> None:
        """End all that goes wrong, and wait until nothing is on its way any more; again, while the exchange is away."""
        while True:
            try:
                return await self._calm()
            except httpx.TransportError:
                await asyncio.sleep(0.1)

    async def _calm(self) -> None:
        async with self._admin(httpx.AsyncClient) as admin:
            armed = (await admin.get("/v1/faults")).json()["faults"]
            for number, fault in enumerate(armed):
                self._happened[number] = fault["happened"]
            await admin.delete("/v1/faults")
            await admin.post("/v1/market/resume", json={})
        if any(fault["happened"] and fault["kind"].startswith("delay") for fault in armed):
            await asyncio.sleep(self._patience + 0.05)

    @property
    def happened(self) -> Counter[str]:
        """How many faults of each kind happened before it was calm."""
        counts = Counter[str]()
        for number, fault in enumerate(self._faults):
            counts[fault["kind"]] += self._happened[number]
        return +counts

    async def ended(self) -> bool:
        """Tell whether the market is over, as far as anybody answers."""
        try:
            async with self._admin(httpx.AsyncClient) as admin:
                return bool((await admin.get("/v1/state")).json()["ended"])
        except httpx.TransportError:
            return False

    async def _perform(self, incident: Incident) -> None:
        if incident.path == "sever":
            self._sever()
        elif incident.path == "strip":
            await self._strip()
        else:
            body = {"account": self._address["account"]} if "accounts" in incident.path else {}
            async with self._admin(httpx.AsyncClient) as admin:
                (await admin.post(incident.path, json=body | incident.body)).raise_for_status()

    async def _strip(self) -> None:
        """Cancel every stop, as a stranger with access to the account could; retried, since it meets faults, too."""
        path = f"/v3/accounts/{self._address['account']}"
        keys = {"Authorization": f"Bearer {self._address['token']}"}
        async with httpx.AsyncClient(base_url=self._address["url"], headers=keys, trust_env=False, verify=False) as own:
            try:
                for order in (await own.get(f"{path}/pendingOrders")).json()["orders"]:
                    if order["type"] in {"STOP_LOSS", "TRAILING_STOP_LOSS"}:
                        await own.put(f"{path}/orders/{order['id']}/cancel")
            except (httpx.HTTPError, ValueError, KeyError):
                return  # a fault met the stranger instead of us

    def _admin(self, client: Any) -> Any:
        keys = {"Authorization": f"Bearer {self._address['admin_token']}"}
        return client(base_url=self._address["admin_url"], headers=keys, trust_env=False, verify=False, timeout=30)
