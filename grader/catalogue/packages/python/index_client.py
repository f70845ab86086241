"""What pip can't be asked on its command line without running a package's code.

`sources FOLDER` downloads source archives through pip's own session, so with the operator's index, proxy and
certificates. (`pip download` of a source archive runs its build backend to learn its metadata.)
`describe FOLDER` tells what downloaded files say about themselves.
Both write JSON to standard output. Needs Python 3.11; nothing of a package is ever run or unpacked to disk.
"""
import email.parser
import hashlib
import json
import os
import sys
import tarfile
import tomllib
import zipfile

METADATA_MAX = 4 * 1024 * 1024


def sources(folder):
    """Standard input: a list of {name, version, hashes}. Answers with one {name, version, file or reason} each."""
    from pip._internal.commands import create_command

    command = create_command("download")
    options, _ = command.parse_args(["--no-deps", "--no-binary=:all:", "--disable-pip-version-check", "--no-input"])
    if options.cache_dir:
        options.cache_dir = os.path.abspath(os.path.expanduser(options.cache_dir))
    answers = []
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options=options, session=session)
        for wanted in json.load(sys.stdin):
            answer = {"name": wanted["name"], "version": wanted["version"]}
            try:
                answer["file"] = source(finder, session, wanted, folder)
            except Exception as error:  # Whatever the network or the index did: it is told, the others go on.
                answer["reason"] = " ".join(str(error).split())[:300] or type(error).__name__
            answers.append(answer)
    json.dump(answers, sys.stdout)


def source(finder, session, wanted, folder):
    from pip._vendor.packaging.version import Version

    links = [
        candidate.link
        for candidate in finder.find_all_candidates(wanted["name"])
        if str(candidate.version) == str(Version(wanted["version"])) and not candidate.link.is_wheel
    ]
    if not links:
        raise LookupError("has neither a wheel for Python 3.11 on Linux nor a source archive")
    links.sort(key=lambda link: not link.filename.endswith(".tar.gz"))
    answer = session.get(links[0].url_without_fragment, headers={"Accept-Encoding": "identity"})
    answer.raise_for_status()
    digest = hashlib.sha256(answer.content).hexdigest()
    expected = wanted["hashes"] or ([f"sha256:{links[0].hash}"] if links[0].hash_name == "sha256" else [])
    if expected and f"sha256:{digest}" not in expected:
        raise ValueError("from the index is not what the lock file promises; make the lock file again")
    name = os.path.basename(links[0].filename)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(answer.content)
    return name


def describe(folder):
    """Answers with {fileName, name, requiresPython, buildRequires} for each wheel and source archive."""
    found = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith(".whl"):
            found.append(described(name, *wheel_parts(path)))
        elif name.endswith((".tar.gz", ".zip")):
            found.append(described(name, *source_parts(path, name)))
    json.dump(found, sys.stdout)


def described(file_name, metadata, pyproject):
    headers = email.parser.Parser().parsestr(metadata, headersonly=True)
    answer = {"fileName": file_name, "name": headers["Name"] or guessed_name(file_name)}
    if headers["Requires-Python"]:
        answer["requiresPython"] = headers["Requires-Python"]
    if pyproject is not None:
        # Without a build system pip takes setuptools, and older ones need wheel for it.
        system = pyproject.get("build-system", {})
        answer["buildRequires"] = system.get("requires", ["setuptools>=40.8.0", "wheel"])
    return answer


def guessed_name(file_name):
    return file_name.split("-")[0] if file_name.endswith(".whl") else file_name.rsplit("-", 1)[0]


def wheel_parts(path):
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if member.count("/") == 1 and member.endswith(".dist-info/METADATA"):
                with archive.open(member) as file:
                    return file.read(METADATA_MAX).decode("utf-8", "replace"), None
    return "", None


def source_parts(path, name):
    """PKG-INFO and pyproject.toml at the top of a source archive."""
    texts = {}
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if is_top(member):
                    with archive.open(member) as file:
                        texts[member.split("/")[1]] = file.read(METADATA_MAX)
    else:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and is_top(member.name):
                    texts[member.name.split("/")[1]] = archive.extractfile(member).read(METADATA_MAX)
    text = {key: value.decode("utf-8", "replace") for key, value in texts.items()}
    return text.get("PKG-INFO", ""), tomllib.loads(text.get("pyproject.toml", ""))


def is_top(member):
    parts = member.split("/")
    return len(parts) == 2 and parts[1] in ("PKG-INFO", "pyproject.toml")


if __name__ == "__main__":
    {"sources": sources, "describe": describe}[sys.argv[1]](sys.argv[2])
