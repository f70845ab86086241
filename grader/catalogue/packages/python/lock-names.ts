/** The files of a Python project that say what it needs. */

/** Each names everything, and is installed as it is. */
export const wholeLockPattern = /^(?:uv|poetry)\.lock$|^pylock(?:\.[\w-]+)?\.toml$/;
/** `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, `requirements.dev.txt`. */
export const requirementsPattern = /^(?:[\w-]+-)?requirements(?:[-_.][\w.-]+)?\.txt$/;

export function isPythonLock(name: string): boolean {
  return name === 'pyproject.toml' || wholeLockPattern.test(name) || requirementsPattern.test(name);
}
