import pytest

from counter.streets import busiest, total


@pytest.mark.parametrize("street", ["harbour-bridge", "station-road", "lake-path"])
def test_most_people_ride_home_at_the_same_time(street):
    assert busiest(street) == 17


def test_a_total_may_be_of_a_part_of_the_day():
    assert total("lake-path", 7, 9) == 166
