"""The checklist of the manual names tests: each of them is there."""

import re
import unittest
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
MANUAL = TESTS.parent / "config" / "manual" / "asvs.md"


class Checklist(unittest.TestCase):
    def named(self):
        """(file, name) of each test that the checklist names."""
        for part in re.findall(r"test: ([^|]*)", MANUAL.read_text()):
            for group in re.findall(r"((?:system|unit|sessions|browser)/[\w./]+): ((?:(?!; (?:system|unit|sessions|browser)/)[^|])*)", part):
                names = re.sub(r"\([^)]*\)", "", group[1]).split(". ")[0]
                for name in names.split(","):
                    if name.strip(" ;."):
                        yield group[0], name.strip(" ;.")

    def test_each_named_test_exists(self):
        named = list(self.named())
        self.assertGreater(len(named), 90)
        for file, name in named:
            self.assertTrue((TESTS / file).exists(), file)
            text = (TESTS / file).read_text()
            there = {".py": f"def test_{name}(", ".cpp": f", {name})", ".mjs": f'test("{name}'}[Path(file).suffix]
            self.assertTrue(there in text, f"{file}: {name}")

    def test_each_requirement_says_something(self):
        rows = re.findall(r"^\| (\d+\.\d+\.\d+)[^|]*\|[^|]*\| (.*) \|$", MANUAL.read_text(), re.M)
        self.assertGreater(len(rows), 75)
        for number, said in rows:
            self.assertRegex(said, r"^(test:|met|in part|not met|does not apply)", number)


if __name__ == "__main__":
    unittest.main()
