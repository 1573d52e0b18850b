from mbats.reports.cautions import Ambiguity, cautions


def test_without_bracket_exits_nothing_is_said_of_them(run_of):
    """Regression: "None of the 0 bracket exits was ambiguous"."""
    assert not any("bracket" in caution for caution in cautions(run_of(), Ambiguity(0, 0, 0.0, 0.0)))
    (said,) = [caution for caution in cautions(run_of(), Ambiguity(3, 0, 0.0, 0.0)) if "bracket" in caution]
    assert said.startswith("None of the 3 bracket exits")
