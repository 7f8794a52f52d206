"""React and Vue as npm has them, and one application built with each, as files of the site.

Both applications are the same page: a header whose number is written anew at each count, a list
that is built anew, and two views that change with the address (`history.pushState`).
"""

from pathlib import Path

from tests.e2e.snippet_site.pages import page
from tests.e2e.snippet_site.server import Page
from tests.suites.npm_packages import unpack

PACKAGES = {
    "react@19.3.1": "QNhWdt7nrgVWWQG58QuGsAR3jv3Hbe4mb4vz7w2csnHavciZJgda1CPNaldF6eVxv9"
    "0ud3jUXpKlHL69gO38yw==",
    "react-dom@19.3.1": "Y0bARz53lhEC1NMCASs0/j+faB/zqt3R8hpvg1e8+61ZVJ4UL0UdC4cBbXfZMcIuhr"
    "fgeILTLe+ZeBCavQPtKQ==",
    "scheduler@0.28.0": "juorfCmIkIw8tT+p5BXSm6PJjQF/ycEYmKyzURCIt/RaZIhL+PulbQ9Yu2z1HdOJDd"
    "qDTlxA1+xKBmHXJsczAw==",
    "vue@3.5.45": "3cvsib8m9c0vB24+MDKsgcW4+Da4xaBl9Z/5Tbm2pmSIsRPxcil4cdXjXlVsmJ2g64"
    "XJo5h+IRd7rsdGT9pZaw==",
}
MODULES = {
    # what is required, and the file that is it: each after those that it requires
    "scheduler": "scheduler/cjs/scheduler.production.js",
    "react": "react/cjs/react.production.js",
    "react-dom": "react-dom/cjs/react-dom.production.js",
    "react-dom/client": "react-dom/cjs/react-dom-client.production.js",
}
HERE = Path(__file__).parent
SCRIPT = "text/javascript; charset=utf-8"


def app_pages(source: str, folder: Path) -> dict[str, Page]:
    """Give the two applications, their addresses and files. Skip where npm cannot be asked."""
    modules = unpack(folder, PACKAGES)
    vue = (modules / "vue/dist/vue.runtime.global.prod.js").read_text(encoding="utf-8")
    found: dict[str, Page] = {}
    for name, library in (("react", _react(modules)), ("vue", vue)):
        files = f"<script src=/{name}.lib.js></script><script src=/{name}.app.js defer></script>"
        html = Page(page(source, "<div id=app></div>", head=files))
        found |= {f"/{name}": html, f"/{name}/contact": html}
        app = (HERE / f"{name}_app.js").read_text(encoding="utf-8")
        found |= {f"/{name}.lib.js": Page(library, SCRIPT), f"/{name}.app.js": Page(app, SCRIPT)}
    return found


def _react(modules: Path) -> str:
    """Put React's modules into one script, which leaves `require` behind."""
    parts = ["const loaded = {}; const require = (name) => loaded[name];"]
    for name, path in MODULES.items():
        text = (modules / path).read_text(encoding="utf-8")
        parts.append(
            f"{{ const module = {{exports: {{}}}}; (function (module, exports) {{\n{text}\n}})"
            f"(module, module.exports); loaded[{name!r}] = module.exports; }}"
        )
    return "\n".join(parts)
