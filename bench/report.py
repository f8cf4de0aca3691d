"""Turns the collected reports into markdown: medians over the rounds, ratios, and the machine they were taken on."""
import os
import platform
import statistics
import subprocess
import time
from pathlib import Path

HEAD = ("| case | floor us | slapd us | postern us | CPU ratio | slapd ops/s | postern ops/s | rate ratio | slapd p99 us"
        " | postern p99 us | goal |")


def median(reports: list[dict], key: str) -> float | None:
    return statistics.median(report[key] for report in reports) if reports else None


def show(value: float | None, form: str = "{:.1f}") -> str:
    return "-" if value is None else form.format(value)


def milliseconds(microseconds: float | None) -> str:
    return show(None if microseconds is None else microseconds / 1e3)


def ratio(above: float | None, below: float | None) -> str:
    return "-" if above is None or not below else f"{above / below:.2f}x"


def machine(users: int, rounds: int, seconds: float) -> str:
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    slapd = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "slapd"], capture_output=True, text=True,
                           check=False).stdout
    return (f"{users} users, {rounds} rounds of {seconds:g} s, medians; {model}, {os.cpu_count()} cores, Linux "
            f"{platform.release()}, slapd {slapd or 'unknown'}, load at the end {os.getloadavg()[0]:.1f}, "
            f"{time.strftime('%Y-%m-%d %H:%M')}")


def case_row(case, results: dict) -> str:
    cpu_key = "cpu_us_per_entry" if case.per_entry else "cpu_us_per_op"
    rate_key = "entries_per_s" if case.per_entry else "ops_per_s"
    form = "{:.2f}" if case.per_entry else "{:.1f}"
    of = {name: results.get((case.name, name), []) for name in ("floor", "slapd", "postern")}
    cpu = {name: median(of[name], cpu_key) for name in of}
    rate = {name: median(of[name], rate_key) for name in of}
    p99 = {name: median(of[name], "p99_us") for name in of}
    wrong = sum(report["errors"] for name in of for report in of[name])
    cells = [case.title + (f" **({wrong} errors)**" if wrong else "")]
    cells += [show(cpu[name], form) for name in ("floor", "slapd", "postern")]
    cells += [ratio(cpu["slapd"], cpu["postern"]), show(rate["slapd"], "{:.0f}"), show(rate["postern"], "{:.0f}"),
              ratio(rate["postern"], rate["slapd"]), show(p99["slapd"], "{:.0f}"), show(p99["postern"], "{:.0f}")]
    return "| " + " | ".join([*cells, case.goal]) + " |"


def operations(cases, results: dict) -> str:
    rows = [case_row(case, results) for case in cases if any((case.name, name) in results for name in
                                                             ("floor", "slapd", "postern"))]
    if not rows:
        return ""
    return "\n".join([HEAD, "|---" * 11 + "|", *rows]) + "\n"


def two_columns(title: str, rows: list[tuple[str, str, str, str]]) -> str:
    return "\n".join([f"| {title} | slapd | postern | goal |", "|---|---|---|---|",
                      *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def typed(results: dict, floor_reports: list[dict]) -> str:
    alone = median(floor_reports, "per_s")
    rate = {name: median(results.get(("typed", name), []), "ops_per_s") for name in ("slapd", "postern")}
    p99 = {name: median(results.get(("typed", name), []), "p99_us") for name in ("slapd", "postern")}
    cpu = {name: median(results.get(("typed", name), []), "cpu_us_per_op") for name in ("slapd", "postern")}
    return two_columns(f"argon2id binds, server on one core (libsodium alone {show(alone)}/s)", [
        ("binds/s", show(rate["slapd"]), show(rate["postern"]), ""),
        ("share of argon2id alone", ratio(rate["slapd"], alone), ratio(rate["postern"], alone), ">= 0.95x"),
        (f"CPU ms per bind (alone {show(median(floor_reports, 'cpu_ms_each'))})", *map(milliseconds, cpu.values()), ""),
        ("p99 ms of 8 clients", *map(milliseconds, p99.values()), "")])


def tls(results: dict) -> str:
    def values(key: str, form: str) -> list[str]:
        return [show(median(results.get(("tls", name), []), key), form) for name in ("openssl", "slapd", "postern")]
    bare = median(results.get(("tls", "openssl"), []), "per_s")
    share = [ratio(median(results.get(("tls", name), []), "per_s"), bare) for name in ("slapd", "postern")]
    return "\n".join(["| full TLS handshakes, P-256, 16 at a time | bare OpenSSL | slapd | postern | goal |", "|---|---|---|---|---|",
                      "| per second | " + " | ".join(values("per_s", "{:.0f}")) + " | |",
                      "| share of the bare loop | | " + " | ".join(share) + " | >= 0.90x |",
                      "| CPU us each | " + " | ".join(values("cpu_us_each", "{:.0f}")) + " | |"]) + "\n"


def mixed(results: dict) -> str:
    def values(part: str, key: str, scale: float) -> list[str]:
        out = []
        for name in ("slapd", "postern"):
            value = median([report[part] for report in results.get(("mixed", name), [])], key)
            out.append(show(None if value is None else value / scale))
        return out
    return two_columns("16 clients binding with argon2id, 200 searches/s, server on all cores", [
        ("binds/s", *values("bind", "ops_per_s", 1), ""),
        ("search p50 ms", *values("search", "p50_us", 1e3), ""),
        ("search p99 ms", *values("search", "p99_us", 1e3), "< 5"),
        ("search max ms", *values("search", "max_us", 1e3), ""),
        ("memory peak MiB", *values("bind", "rss_peak_kib", 1024), "< 100")])


def resources(servers: dict, after: dict) -> str:
    def of(name: str, value, form: str = "{:.0f}") -> str:
        return show(value(servers[name]) if name in servers else None, form)
    def both(value, form: str = "{:.0f}") -> tuple[str, str]:
        return of("slapd", value, form), of("postern", value, form)
    return two_columns("resources", [
        ("load of the population, s", *both(lambda s: s.prepare_seconds, "{:.1f}"), "100k < 60"),
        ("start to ready, ms", *both(lambda s: 1e3 * statistics.median(s.start_seconds)), "100k < 100"),
        ("resident fresh, MiB", *both(lambda s: s.fresh_mib, "{:.1f}"), ""),
        ("resident after the load, MiB", *both(lambda s: after.get(s.name), "{:.1f}"), "100k < 160")])
