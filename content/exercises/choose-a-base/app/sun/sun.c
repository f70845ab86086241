/* The observatory's own routine, unchanged since 1994. Angles in degrees, north and east are positive. */
#include "sun.h"

#include <math.h>

static const double degree = 3.14159265358979323846 / 180.0;

double sun_rise(double latitude, double longitude, int day_of_year)
{
    double year = 2.0 * 180.0 * degree / 365.0 * (day_of_year - 1);
    double equation = 229.18 * (0.000075 + 0.001868 * cos(year) - 0.032077 * sin(year)
        - 0.014615 * cos(2 * year) - 0.040849 * sin(2 * year));
    double declination = 0.006918 - 0.399912 * cos(year) + 0.070257 * sin(year)
        - 0.006758 * cos(2 * year) + 0.000907 * sin(2 * year)
        - 0.002697 * cos(3 * year) + 0.00148 * sin(3 * year);
    double hour = cos(90.833 * degree) / (cos(latitude * degree) * cos(declination))
        - tan(latitude * degree) * tan(declination);
    double minutes;

    if (hour < -1.0 || hour > 1.0)
        return -1.0;
    minutes = 720.0 - 4.0 * (longitude + acos(hour) / degree) - equation;
    return fmod(minutes + 1440.0, 1440.0);
}
