import pytest

from tides.tables import height, minutes, twelfths


def test_at_high_water_the_table_is_right():
    assert height("dover", "10:42") == 6.4


def test_half_of_the_change_takes_half_of_the_time():
    assert twelfths(3) == 0.5


def test_most_of_the_water_comes_in_the_middle():
    assert twelfths(4) - twelfths(2) == 0.5


def test_a_time_that_is_none_is_refused():
    with pytest.raises(ValueError):
        minutes("25:00")
