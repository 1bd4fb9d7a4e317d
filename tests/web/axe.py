"""What a screen must be for everybody, measured in the browser."""

from typing import Any

from playwright.sync_api import Page

from tests.machine import ROOT
from tests.web.browser import Visitor

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

NARROW = {"width": 320, "height": 640}

TOLD = """void (window.told = (found) => found.map(({ id, nodes }) =>
  [id, nodes.filter(({ any }) => !any.some(({ data }) => data?.messageKey === "shortTextContent"))])
  .filter(([, nodes]) => nodes.length)
  .map(([id, nodes]) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`))"""
"""What axe found, but for the contrast of a single letter or digit, on which it never decides."""

RUN = """async () => {
  for (let tries = 1;; tries++) {
    let changed = false;
    const watch = new MutationObserver(() => changed = true);
    watch.observe(document, { childList: true, subtree: true });
    const { violations, incomplete } = await axe.run(document, {
      resultTypes: ["violations", "incomplete"],
      rules: { "target-size": { enabled: true } },
    });
    watch.disconnect();
    if (!changed) return told([...violations, ...incomplete]);
    if (tries === 10) throw new Error("the page never rests");
  }
}"""
"""What axe finds of a page that comes to have one more part meanwhile is about neither."""

CONTRAST = """async () => {
  const { violations, incomplete } = await axe.run(document, {
    runOnly: ["color-contrast"], resultTypes: ["violations", "incomplete"],
  });
  return told([...violations, ...incomplete]).map((one) => `dark: ${one}`);
}"""

TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [...document.querySelectorAll("body *")].filter((one) =>
    one.getBoundingClientRect().right > root.clientWidth + 1);
  const told = out.slice(-3).map((one) => one.outerHTML.slice(0, 120));
  return [`wider than ${root.clientWidth}: ${told}`];
}"""

SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, summary")]
  .map((one) => one.closest("label.choice") ?? one)
  .filter((one) => !one.matches(".skip"))
  .filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return height < 43.9 || width < 43.9;
  })
  .map((one) => `small: ${one.outerHTML.slice(0, 120)}`)"""


def faults(page: Page) -> list[str]:
    """All that is wrong with what is shown: in light, in dark, at 320 px, with text of 200%."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        page.evaluate(TOLD)
    before: Any = page.viewport_size
    found: list[str] = list(page.evaluate(RUN))
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(CONTRAST)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found += page.evaluate(TOO_WIDE) + page.evaluate(SMALL_TARGETS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += [f"at 200%: {fault}" for fault in page.evaluate(TOO_WIDE)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(before)
    return found


def wrong_with(visitor: Visitor) -> list[str]:
    """What is wrong with a screen, in both languages."""
    found = faults(visitor.page)
    for language in ("English", "Indonesia"):
        visitor.page.get_by_role("button", name=language).click()
        found += faults(visitor.page) if language == "English" else []
    return found
