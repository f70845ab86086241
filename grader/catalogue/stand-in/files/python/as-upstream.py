"""Makes Debian's Python install where Python itself would: site-packages below its own prefix, no apt in its way.

Run by the Python that is changed, after it was moved to /usr/local. Each edit has to find its text, so that another
version of the package fails here and not in a learner's build.
"""
import pathlib
import re
import sysconfig

stdlib = pathlib.Path(sysconfig.get_path("stdlib"))
assert str(stdlib).startswith("/usr/local/lib/python3"), stdlib


def edit(name, pattern, replacement):
    path = stdlib / name
    text, count = re.subn(pattern, replacement, path.read_text(), flags=re.S)
    assert count >= 1, f"{name} has no {pattern}"
    path.write_text(text)


edit("sysconfig.py", r"\n    if sys\.base_prefix != sys\.prefix or .*?prefix_scheme = 'posix_local'\n",
     "\n    prefix_scheme = 'posix_prefix'\n")
edit("distutils/sysconfig.py", r"elif is_default_prefix and not is_virtual_environment\(\):", "elif False:")
edit("distutils/command/install.py", r"elif \(\(self\.prefix_option and\n.*?or is_virtual_environment\(\)\):", "elif True:")
edit("ensurepip/__init__.py", r"\n    _ensurepip_is_disabled_in_debian_for_system\(\)\n", "\n")
edit("ensurepip/__init__.py", r"_WHEEL_PKG_DIR = sysconfig[^\n]*", "_WHEEL_PKG_DIR = os.path.join(os.path.dirname(__file__), '_bundled')")
for data in {path.resolve().name for path in stdlib.glob("_sysconfigdata_*.py")}:
    edit(data, r"(?<=[' =])/usr(?=/(?:bin|include/python3|lib/python3)|')", "/usr/local")
(stdlib / "EXTERNALLY-MANAGED").unlink()
