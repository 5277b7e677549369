"""JUnit XML, as CI servers read it: a test suite for each report, a test case for each step."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from inspector.protocol import timestamp
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.replay.report import Item, Report
from inspector.replay.steps import Verdict

_NOT_XML = re.compile("[\ufffe\uffff]")
"""What XML 1.0 does not allow (section 2.2) and is harmless to a terminal."""


def junit(reports: Sequence[Report]) -> str:
    """Return reports as one XML document."""
    root = Element("testsuites", name="ocpp-inspector")
    suites = [_suite(report) for report in reports]
    for suite in suites:
        root.append(suite)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def safe(text: str) -> str:
    """Make a text harmless, and fit for XML."""
    return _NOT_XML.sub("\ufffd", visible(text))


def _suite(report: Report) -> Element:
    what = "replay" if report.role else "diff"
    suite = Element(
        "testsuite",
        name=safe(f"{what} {report.source.station} {report.source.label}"),
        timestamp=timestamp.write(report.began_ns)[:19],
        time=f"{max(0, report.ended_ns - report.began_ns) / 1e9:.3f}",
        errors="0",
    )
    properties = SubElement(suite, "properties")
    for name, value in _facts(report):
        SubElement(properties, "property", name=name, value=safe(value))
    group = safe(f"{what}.{report.source.station or 'station'}")
    cases = [*(_case(item, group) for item in report.items), _findings(report, group)]
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    return suite


def _facts(report: Report) -> list[tuple[str, str]]:
    """Return what is to be said of a report as a whole."""
    facts = [
        ("source", f"{report.source.capture} {report.source.label}"),
        ("other", f"{report.other.capture} {report.other.label}"),
        ("role", report.role or ""),
        ("target", report.target),
        ("ending", report.ending),
        *(("skipped", words) for words in report.skipped),
        *((f"binding {each.kind}", f"{each.recorded} -> {each.live}") for each in report.bindings),
        *(("set", f"{change}: {plural(count, 'time')}") for change, count in report.changed.items()),
    ]
    return [(name, value) for name, value in facts if value]


def _case(item: Item, group: str) -> Element:
    frame = f" (frame {item.frame})" if item.frame is not None else ""
    name = f"{item.step} {item.sender} {item.type} {item.action}".rstrip()
    case = Element("testcase", name=safe(f"{name}{frame}"), classname=group, time=f"{(item.latency_ns or 0) / 1e9:.3f}")
    words = safe(", ".join(filter(None, (str(item.verdict), item.words))))
    if item.verdict is Verdict.SKIPPED:
        SubElement(case, "skipped", message=words)
    elif item.verdict.is_difference:
        lines = [f"{each.pointer}: recorded {each.recorded}, now {each.got}" for each in item.differences]
        lines += [f"got: {item.got}"] if item.got else []
        SubElement(case, "failure", message=words, type=str(item.verdict)).text = "\n".join(map(safe, lines))
    return case


def _findings(report: Report, group: str) -> Element:
    """Make a case of the findings: it fails if there are errors that were not there before."""
    case = Element("testcase", name="findings", classname=group, time="0.000")
    for title, found in (("new", report.new_findings), ("gone", report.gone_findings)):
        lines = [
            f"{title} {each.severity} {each.code} {each.action} {each.pointer}: {each.message}"
            f" ({each.recorded} -> {each.now})"
            for each in found
        ]
        errors = title == "new" and any(each.severity == "error" for each in found)
        if lines:
            words = plural(len(lines), f"{title} finding")
            element = SubElement(case, "failure", message=words, type="findings") if errors else None
            target = SubElement(case, "system-out") if element is None else element
            target.text = "\n".join(map(safe, lines))
    return case
