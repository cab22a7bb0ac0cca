"""A visitor of the soak comes in, trains and leaves, as a browser would, in the real app."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from app_server import AppServer

from bnviz.bench.soak_visitor import Account, Visitor, newcomer_ms

PATIENCE_S = 60.0


async def visits(address: str) -> tuple[float, Account]:
    ms = await newcomer_ms(address, 7)
    visitor = Visitor(address, 3)
    staying = asyncio.create_task(visitor.stay())
    async with asyncio.timeout(PATIENCE_S):
        while visitor.account.steps < 5 or visitor.account.frames < 5:
            await asyncio.sleep(0.02)
    staying.cancel()
    await asyncio.gather(staying, return_exceptions=True)
    return ms, visitor.account


def test_a_visitor_without_a_browser_gets_what_one_with_a_browser_gets(app: AppServer) -> None:
    # Playwright's event loop runs in this thread.
    with ThreadPoolExecutor(1) as pool:
        ms, account = pool.submit(lambda: asyncio.run(visits(app.url))).result()
    assert ms > 0
    assert (account.runs, account.lost, account.trouble, account.status) == (1, 0, [], "running")
