import pytest, os
from inspector.protocol.version import Party
S,C=Party
def dump(ui, tag): print("---",tag, ui.focus, ui.notices, "follow",ui.frames.follow); print("\n".join(ui.screen()))
async def test_deleted(browse, capture):
    t=capture.session(); 
    for i in range(30): t.beat(i)
    path=capture.close()
    async with browse(path) as ui:
        path.unlink()
        for _ in range(15): await ui.pilot.pause(0.05)
        print("DELETED:", ui.title)
async def test_deleted_writing(browse, capture):
    t=capture.session(); t.beat(0); t.flush()
    async with browse(capture.path) as ui:
        capture.path.unlink()
        for _ in range(5): await ui.pilot.pause(0.05)
        t.beat(1); t.flush()
        for _ in range(15): await ui.pilot.pause(0.05)
        print("DELETED while written:", ui.title)
@pytest.mark.parametrize("to",[0,100,4096,8192])
async def test_trunc(browse, capture,to):
    t=capture.session(); 
    for i in range(300): t.beat(i)
    path=capture.close()
    async with browse(path) as ui:
        os.truncate(path,to)
        for _ in range(15): await ui.pilot.pause(0.05)
        print("TRUNC:", to, ui.title)
        await ui.press("g"); 
        for _ in range(15): await ui.pilot.pause(0.05)
        print("TRUNC:", to, ui.title)
        await ui.press("right_square_bracket","o","y","enter")
        for _ in range(15): await ui.pilot.pause(0.05)
async def test_k_empty(browse, capture):
    t=capture.session(); t.flush()
    async with browse(capture.path) as ui:
        await ui.press("k","G")
        t.beat(0); t.beat(1);t.flush()
        await ui.until(lambda: ui.frames.count)
        print("K EMPTY", ui.frames.follow, ui.title)
async def test_late(browse, capture):
    t=capture.session(); t.beat(0); t.beat(1);t.flush()
    async with browse(capture.path) as ui:
        await ui.press("slash",*"severity:error"); 
        await ui.until(lambda: ui.frames.count==0)
        t.tick(60); t.flush()
        for _ in range(25): await ui.pilot.pause(0.05)
        dump(ui,"late")
async def test_unseen(browse, capture):
    t=capture.session(); 
    for i in range(30): t.beat(i)
    t.flush()
    async with browse(capture.path) as ui:
        await ui.press("k"); await ui.settled()
        t.beat(1);t.flush()
        await ui.until(lambda: ui.frames.count==31)
        await ui.pilot.pause(0.2)
        dump(ui,"unseen")
        await ui.press("G"); await ui.settled()
        dump(ui, "G")
