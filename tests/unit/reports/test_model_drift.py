from datetime import UTC, datetime

from mbats.reports.model_drift import DriftLine, DriftPage

DAY = datetime(2024, 5, 1, tzinfo=UTC)


def page(**facts):
    told = {
        "reference": "trees/1",
        "at": DAY,
        "start": DAY,
        "end": DAY,
        "reasons": (),
        "features": (DriftLine("calm", 0.01, 0.02, 0.6, False), DriftLine("<moved>", 0.41, None, None, True)),
        "scores": (("Late", "0.01"),),
        "facts": (("Version", "a" * 64),),
        "synthetic": False,
    }
    return DriftPage(**(told | facts))


def test_the_page_shows_what_moved_furthest_first_and_escapes_names():
    drawn = page(reasons=("features have moved: <moved>",)).html()
    assert drawn.index("&lt;moved&gt;</th>") < drawn.index("calm</th>")
    assert "trees/1 has drifted: features have moved" in drawn
    assert "0.410" in drawn
    assert "n/a" in drawn
    assert "<moved>" not in drawn


def test_a_calm_page_says_so_and_generated_data_are_marked(tmp_path):
    assert "Nothing has drifted since trees/1 was trained." in page().html()
    assert 'id="generated"' not in page().html()
    page(synthetic=True).write(tmp_path / "drift.html")
    assert 'id="generated"' in (tmp_path / "drift.html").read_text()
