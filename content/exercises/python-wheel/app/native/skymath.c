/* The angle between two places in the sky, for many stars at once. In C, because a request compares thousands. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>

static double radians(double degrees) { return degrees * 0.017453292519943295; }

/* separation(ra1, dec1, ra2, dec2): all in degrees, also the answer. */
static PyObject *separation(PyObject *self, PyObject *args) {
    double ra1, dec1, ra2, dec2;
    if (!PyArg_ParseTuple(args, "dddd", &ra1, &dec1, &ra2, &dec2)) return NULL;
    double d1 = radians(dec1), d2 = radians(dec2), ra = radians(ra2 - ra1);
    double h = pow(sin((d2 - d1) / 2), 2) + cos(d1) * cos(d2) * pow(sin(ra / 2), 2);
    return PyFloat_FromDouble(2 * asin(sqrt(h)) / 0.017453292519943295);
}

static PyMethodDef methods[] = {
    {"separation", separation, METH_VARARGS, "The angle between two places in the sky, in degrees."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "skymath", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_skymath(void) { return PyModule_Create(&module); }
