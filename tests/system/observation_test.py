"""What an operator sees: metrics, the dashboard and rules that name them, `postern top`, the message catalogue."""

import json
import re
import threading
import time
import unittest
from pathlib import Path

import ldapwire
import yaml
from radiuswire import LISTEN, blueprint, login
from support import BASE, CALM, USERS, SharedCase
from web import Client

ROOT = Path(__file__).resolve().parents[2]
OBSERVABILITY = ROOT / "config/observability"
MESSAGES = ROOT / "config/manual/messages.md"
SETTINGS = LISTEN + "  http: 127.0.0.1:0\n  metrics: 127.0.0.1:0\n" + CALM


def parse(text):
    """{name{labels}: value}, and the families that have a head."""
    samples, families = {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            families.add(line.split()[2])
        elif line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            samples[name] = float(value)
    return samples, families


class Metrics(SharedCase):
    settings = SETTINGS

    @classmethod
    def populate(cls, server):
        server.listen = False
        server.write_config(SETTINGS)
        server.start()
        cls.ports = dict(word.split("=", 1) for word in server.ready.split()[1:])
        server.apply(blueprint())
        cls.dn = server.add_user("observed-person", "wonderland-7")

    def scrape(self):
        answer = Client(self.ports["metrics"]).get("/metrics")
        self.assertEqual(answer.status, 200)
        self.text = answer.body
        return parse(answer.body)

    def count(self, samples, operation, result, service):
        return samples.get(f'postern_operation_duration_seconds_count{{operation="{operation}",result="{result}",'
                           f'service="{service}"}}', 0)

    def test_P36_when_the_first_certificate_ends(self):
        samples, _ = self.scrape()
        days = (samples["postern_certificate_expiry_timestamp_seconds"] - time.time()) / 86400
        self.assertTrue(824 < days < 826, days)

    def test_operations_are_counted_by_result_and_service(self):
        before, _ = self.scrape()
        self.assertEqual(self.server.bind(self.dn, "wonderland-7"), 0)
        self.assertEqual(self.server.bind(self.dn, "wrong"), 49)
        self.server.search((self.dn, "wonderland-7"), "(uid=observed-person)")
        login(self.server, "observed-person", "wonderland-7")
        login(self.server, "observed-person", "wrong")
        Client(self.ports["http"]).get("/api/v3/root/config/")
        after, _ = self.scrape()
        for operation, result, service, least in (
                ("ldap_bind", 0, "ldap", 2), ("ldap_bind", 49, "ldap", 1), ("ldap_search", 0, "ldap", 1),
                ("radius_access", 2, "radius", 1), ("radius_access", 3, "radius", 1), ("http_request", 2, "", 1)):
            with self.subTest(operation, result=result):
                seen = self.count(after, operation, result, service) - self.count(before, operation, result, service)
                self.assertGreaterEqual(seen, least, self.text)

    def test_histograms_are_cumulated_and_end_with_all(self):
        self.server.bind(self.dn, "wonderland-7")
        samples, _ = self.scrape()
        series = {}
        for name, value in samples.items():
            found = re.fullmatch(r'(\w+)_bucket\{(.*),le="([^"]+)"\}', name)
            if found:
                series.setdefault((found[1], found[2]), []).append((float(found[3]), value))
        self.assertTrue(series)
        for (name, labels), buckets in series.items():
            values = [value for _, value in sorted(buckets)]
            self.assertEqual(values, sorted(values))
            self.assertEqual(sorted(buckets)[-1][0], float("inf"))
            self.assertEqual(values[-1], samples[f"{name}_count{{{labels}}}"])

    def test_no_name_and_no_address_is_in_a_label(self):
        self.server.bind(self.dn, "wonderland-7")
        self.scrape()
        for secret in ("observed", "wonderland", "127.0.0.1", "ou=users"):
            self.assertNotIn(secret, self.text)

    def test_every_metric_has_a_head_and_follows_the_naming_rules(self):
        samples, families = self.scrape()
        for name in samples:
            bare = name.split("{")[0]
            family = re.sub(r"_(bucket|sum|count)$", "", bare)
            self.assertTrue(bare in families or family in families, name)
            self.assertRegex(bare, r"^(postern|process)_[a-z0-9_]+$")

    def test_dashboard_and_rules_name_metrics_that_are_exported(self):
        self.server.bind(self.dn, "wonderland-7")
        login(self.server, "observed-person", "wrong", secret="not-the-secret")
        _, families = self.scrape()
        for file in sorted(OBSERVABILITY.iterdir()):
            text = file.read_text()
            (json.loads if file.suffix == ".json" else yaml.safe_load)(text)
            for name in set(re.findall(r"\b(?:postern|process)_[a-z0-9_]+\b", text)):
                family = re.sub(r"_(bucket|sum|count)$", "", name)
                with self.subTest(file.name, metric=name):
                    self.assertTrue(name in families or family in families)

    def test_rules_are_whole(self):
        rules = yaml.safe_load((OBSERVABILITY / "alerts.yaml").read_text())
        for group in rules["groups"]:
            for rule in group["rules"]:
                self.assertLessEqual({"alert", "expr", "labels", "annotations"}, set(rule))
                self.assertIn("summary", rule["annotations"])
                self.assertEqual(rule["expr"].count("("), rule["expr"].count(")"))

    def test_top_shows_what_goes_on(self):
        stop = threading.Event()

        def ask():
            with ldapwire.connect(self.server) as wire:
                wire.bind(self.dn, "wonderland-7")
                while not stop.is_set():
                    wire.search(USERS, scope=1, query=ldapwire.equal("uid", "observed-person"))

        client = threading.Thread(target=ask)
        client.start()
        try:
            page = self.server.run("top", "--once", "--interval", 1).stdout
        finally:
            stop.set()
            client.join()
        self.assertRegex(page, r"(?m)^ldap_search +0 +ldap +[0-9.]+ ")
        self.assertRegex(page, r"(?m)^ +[0-9.]+ +127\.0\.0\.1$")
        self.assertRegex(page, r"(?m)^ +[0-9.]+ +\(uid=\?\)$")
        self.assertRegex(page, r"(?m)^queues +hash \d+ run, \d+ wait")
        self.assertNotIn("observed-person", page)
        self.assertNotIn("\x1b", page)

    def test_top_needs_a_server(self):
        import tempfile
        from support import Postern
        made = Postern(CALM, folder=tempfile.mkdtemp(prefix="postern-test-"))
        try:
            self.assertIn("no server runs", made.run("top", "--once", code=1).stderr)
        finally:
            made.close()


class Catalogue(unittest.TestCase):
    """config/manual/messages.md has a paragraph for every id that a log line or an event can have."""

    def outbox_kinds(self):
        kinds = re.findall(r'k\w+Item = "([a-z]+)"', (ROOT / "src/core/notify/outgoing.h").read_text())
        self.assertTrue(kinds)
        return kinds

    def in_source(self):
        ids = set()
        for file in [*(ROOT / "src").rglob("*.cpp"), *(ROOT / "src").rglob("*.h")]:
            text = file.read_text()
            ids |= set(re.findall(r'log::(?:info|warning|error)\(\s*"([a-z0-9_.]+)"', text))
            ids |= set(re.findall(r'log::write\(\s*log::Level::\w+,\s*"([a-z0-9_.]+)"', text))
            for end in re.findall(r'log::(?:info|warning|error)\(\s*kind_ \+ "(\.[a-z_]+)"', text):
                ids |= {kind + end for kind in self.outbox_kinds()}
            ids |= set(re.findall(r'report\(\s*Level::\w+,\s*"([a-z0-9_.]+)"', text))
            ids |= set(re.findall(r'Level::\w+,\s*"(net\.[a-z0-9_.]+)"', text))
        return ids

    def actions_in_source(self):
        text = (ROOT / "src/http/api/events.cpp").read_text()
        listed = re.search(r"kActions\[\] = \{(.*?)\};", text, re.S).group(1)
        actions = set(re.findall(r'"([a-z_]+)"', listed))
        for file in (ROOT / "src").rglob("*.cpp"):
            actions |= set(re.findall(r'"(custom_[a-z_]+)"', file.read_text()))
        return actions

    def documented(self, heading):
        text = MESSAGES.read_text()
        part = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", text, re.M | re.S).group(1)
        found = re.findall(r"^### `([a-z0-9_.]+)`\n\n(\S.*?)(?=\n###|\n##|\Z)", part, re.M | re.S)
        for name, paragraph in found:
            self.assertGreater(len(paragraph.split()), 5, f"{name} has no paragraph")
        names = [name for name, _ in found]
        self.assertEqual(len(names), len(set(names)), "a paragraph is there twice")
        self.assertEqual(len(names), len(re.findall(r"^### ", part, re.M)), "a heading without a paragraph")
        return set(names)

    def test_every_log_id_has_its_paragraph_and_none_is_of_the_past(self):
        source, documented = self.in_source(), self.documented("Log lines")
        self.assertGreater(len(source), 60)
        self.assertEqual(sorted(source - documented), [], "ids without a paragraph in config/manual/messages.md")
        self.assertEqual(sorted(documented - source), [], "paragraphs about ids that are not in the source")

    def test_every_event_action_has_its_paragraph_and_none_is_of_the_past(self):
        source, documented = self.actions_in_source(), self.documented("Events")
        self.assertEqual(sorted(source - documented), [])
        self.assertEqual(sorted(documented - source), [])


if __name__ == "__main__":
    unittest.main()
