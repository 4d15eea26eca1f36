"""Tells the medians of all rounds as a Markdown table."""

import os
import platform
from statistics import median

from targets import stripped_size

TITLES = {
    "first_1k": "time to first byte, 1 kB request",
    "first_100k": "time to first byte, 100 kB request",
    "first_1m": "time to first byte, 1 MB request",
}


class Report:
    """`results[target.key][workload.key]` is a list with one result a round; `idle[target.key]` is in kB."""

    def __init__(self, targets, workloads, results, idle):
        self.targets, self.workloads, self.results, self.idle = targets, workloads, results, idle

    def markdown(self):
        rows = [self.header(), ["---"] + ["---:"] * len(self.targets)]
        for key, title in TITLES.items():
            rows.append(self.latency_row(f"{title}, p50 / p99", key, "first_event_us"))
        rows.append(self.latency_row("per event, 512 streams at 20/s, p50 / p99", "paced_512", "latency_us"))
        rows.append(self.row("events/s, 1 stream flat out", "flat_1", rate))
        rows.append(self.row("events/s, 64 streams flat out", "flat_64", rate))
        rows.append(self.row("CPU per event, 64 streams flat out", "flat_64", cpu_per_event))
        rows.append(self.row("CPU per event, 512 streams at 20/s", "paced_512", cpu_per_event))
        rows.append(["resident memory, idle"] + [memory(self.idle[target.key]) for target in self.targets])
        rows.append(self.row("resident memory, 2,000 streams at 1/s", "paced_2000", resident))
        rows.append(["from start to serving"] + [startup(target.startup) for target in self.targets])
        rows.append(["the program, without symbols"] + [program_size(target.binary) for target in self.targets])
        table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
        return "\n\n".join([table, *self.notes()]) + "\n"

    def header(self):
        return ["times: direct in full, else what is added"] + [target.title for target in self.targets]

    def row(self, title, workload, read):
        return [title] + [read(self.results[target.key][workload]) for target in self.targets]

    def figures(self):
        """What the picture shows: (title, unit, [(target's title, value)]); a target without a value is left out."""
        yield self.figure("added to the first byte, 1 kB request", "µs", lambda key: self.added(key, "first_1k"))
        yield self.figure("added per event, 512 streams at 20/s", "µs", lambda key: self.added(key, "paced_512"))
        yield self.figure("CPU per event, 64 streams flat out", "µs", lambda key: self.cpu(key, "flat_64"))
        yield self.figure("CPU per event, 512 streams at 20/s", "µs", lambda key: self.cpu(key, "paced_512"))
        yield self.figure("memory, 2,000 streams", "MiB", self.memory_of_streams)

    def figure(self, title, unit, read):
        values = [(target.title.replace("`", ""), read(target.key)) for target in self.targets if target.pid]
        return title, unit, [(name, value) for name, value in values if value is not None]

    def added(self, key, workload):
        """The median of what is added to the direct way's median."""
        name = "first_event_us" if workload.startswith("first") else "latency_us"
        rounds, direct = self.results[key][workload], self.results["direct"][workload]
        if not rounds or any(not result[name] for result in rounds):
            return None
        return median(a[name]["p50"] - b[name]["p50"] for a, b in zip(rounds, direct))

    def cpu(self, key, workload):
        values = [result["cpu_us"] / result["events"] for result in self.results[key][workload] if result["events"]]
        return median(values) if values else None

    def memory_of_streams(self, key):
        rounds = self.results[key]["paced_2000"]
        return median(result["resident_kb"] for result in rounds) / 1024 if rounds else None

    def latency_row(self, title, workload, name):
        """The direct way in full; for the others what they add to it in the same round."""
        direct = self.results["direct"][workload]
        cells = []
        for target in self.targets:
            rounds = self.results[target.key][workload]
            base = direct if target.key != "direct" else None
            cells.append(" / ".join(latency(rounds, base, name, share) for share in ("p50", "p99")))
        return [title] + cells

    def notes(self):
        """What a reader of the table must know: a target that did not keep up, or whose replies failed."""
        for target in self.targets:
            for workload in self.workloads:
                rounds = self.results[target.key][workload.key]
                if not rounds:
                    continue
                delivered = median(result["events_per_second"] for result in rounds)
                failures = sum(result["failures"] for result in rounds)
                where = f"{target.title}, {workload.title}:"
                if workload.offered and delivered < 0.98 * workload.offered:
                    answering = median(result["answering"] for result in rounds)
                    yield (
                        f"{where} delivered {delivered:,.0f} of {workload.offered:,} events/s; "
                        f"{answering:,.0f} streams had an answer at the end."
                    )
                if failures:
                    yield f"{where} {failures} failed replies."


def latency(rounds, base, name, share):
    values = [result[name][share] if result[name] else None for result in rounds]
    if not values or None in values:
        return "–"
    if base is None:
        return duration(median(values))
    return duration(median(value - direct[name][share] for value, direct in zip(values, base)), "+")


def duration(microseconds, sign=""):
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if abs(microseconds) >= size:
            return f"{microseconds / size:{sign}.2f} {unit}"
    return f"{microseconds:{sign}.0f} µs"


def rate(rounds):
    if not rounds:
        return "–"
    return f"{median(result['events_per_second'] for result in rounds):,.0f}"


def cpu_per_event(rounds):
    values = [result["cpu_us"] / result["events"] for result in rounds if result["events"]]
    return f"{median(values):.1f} µs" if any(values) else "–"


def memory(kb):
    return f"{kb / 1024:.1f} MiB" if kb else "–"


def resident(rounds):
    if not rounds:
        return "–"
    return memory(median(result["resident_kb"] for result in rounds))


def startup(seconds):
    return "–" if seconds is None else duration(seconds * 1e6)


def program_size(binary):
    return "–" if binary is None else f"{stripped_size(binary) / 1e6:.1f} MB"


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return f"{os.cpu_count()} cores, {names[0] if names else platform.machine()}, Linux {platform.release().partition('-')[0]}"
