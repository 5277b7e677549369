"""The demo's CSMS."""

import asyncio
import json

from inspector.demo.csms import INTERVAL, start_csms
from tests.peers import say, station

BOOT = '[2,"b","BootNotification",{"chargePointVendor":"A","chargePointModel":"B"}]'


async def test_it_accepts_a_station_and_starts_a_transaction_once() -> None:
    server, url = await start_csms(0.01)
    async with station(f"{url}/X") as connection:
        assert json.loads(await say(connection, BOOT))[2]["interval"] == INTERVAL
        stop = '[2,"%s","StopTransaction",{"meterStop":1,"timestamp":"2026-01-01T00:00:00Z","transactionId":1}]'
        assert json.loads(await say(connection, stop % "s1"))[0] == 3
        asked = json.loads(await asyncio.wait_for(connection.recv(), 5))
        assert asked[2] == "RemoteStartTransaction"
        await connection.send(json.dumps([3, asked[1], {"status": "Accepted"}]))
        assert json.loads(await say(connection, stop % "s2"))[:2] == [3, "s2"]
    server.close()


async def test_each_connection_counts_its_transactions_anew() -> None:
    """So that a replay meets the same ids."""
    start = '[2,"t","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]'
    server, url = await start_csms(0.01)
    for _ in range(2):
        async with station(f"{url}/X") as connection:
            assert json.loads(await say(connection, start))[2]["transactionId"] == 1001
    server.close()


async def test_it_leaves_the_201_data_transfer_unanswered() -> None:
    server, url = await start_csms(0.01)
    async with station(f"{url}/X", subprotocol="ocpp2.0.1") as connection:
        await connection.send('[2,"d","DataTransfer",{"vendorId":"v"}]')
        answer = await say(connection, '[2,"a","Authorize",{"idToken":{"idToken":"x","type":"Central"}}]')
        assert json.loads(answer)[1] == "a"
    server.close()
