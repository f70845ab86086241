/* Minutes after midnight UTC at which the sun rises, or -1 where it does not rise on that day. */
double sun_rise(double latitude, double longitude, int day_of_year);
