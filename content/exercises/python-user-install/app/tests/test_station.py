import unittest

from station import band_of, heard


class TheLog(unittest.TestCase):
    def test_a_frequency_belongs_to_a_band(self):
        self.assertEqual(band_of(14.03), "20m")
        self.assertIsNone(band_of(10.0))

    def test_callsigns_are_found_in_any_case(self):
        self.assertEqual(len(heard("zl4oy")), 3)
