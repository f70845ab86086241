import unittest

from starmap.stars import angle, nearest


class TheMap(unittest.TestCase):
    def test_an_angle_is_the_same_both_ways(self):
        self.assertEqual(angle("vega", "deneb"), angle("deneb", "vega"))

    def test_the_nearest_star_is_another_one(self):
        self.assertNotEqual(nearest("sirius"), "sirius")
