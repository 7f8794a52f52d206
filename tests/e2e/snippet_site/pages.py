"""The pages of the site: each is HTML around a tag for the snippet.

The firm's numbers are those of tests.calltrack.plans, written as people write them.
"""

from tests.e2e.snippet_site.server import Page

AMSTERDAM, ROTTERDAM = "020 - 123 45 67", "(010) 123 45 67"
LINK = f'<a href="tel:+31201234567" title="Bel {AMSTERDAM}">{AMSTERDAM}</a>'
BOTH = f"<p id=one>Amsterdam: {LINK}<p id=two>Rotterdam: <b>(010)</b> 123 45 67 <i>of</i> mail."
STYLE = "<style>body { font: 16px/1.5 monospace } p { margin: 8px }</style>"
NODES = 5000


def tag(source: str, kind: str = "async") -> str:
    """Write the one line that a site pastes."""
    return f'<script src="{source}" {kind}></script>'


def page(source: str, body: str, *, head: str = "", kind: str = "async") -> str:
    """Put a page together."""
    return (
        "<!doctype html><html lang=nl><head><meta charset=utf-8><title>Van Dam</title>"
        f"<link rel=icon href=data:,>{STYLE}{head}{tag(source, kind)}</head>"
        f"<body>{body}</body></html>"
    )


KEPT = f"""
<p><input id=field value="{AMSTERDAM}" placeholder="{AMSTERDAM}">
<textarea id=area>{AMSTERDAM}</textarea>
<select><option>{AMSTERDAM}</option></select>
<div contenteditable id=editor>{AMSTERDAM}</div>
<p data-calltrack=off id=off>{AMSTERDAM} <a href="tel:+31201234567">bel</a></p>
<script id=data type=application/json>"{AMSTERDAM}"</script>
<a id=chat href="https://wa.me/31201234567">app</a>
<img id=image alt="{AMSTERDAM}" src="data:,">"""
PLACEHOLDERS = """
<p>Bel <span class=qooqie-number-placeholder></span> of
<span class=qooqie-number-placeholder data-vestiging=rotterdam>010-1234567</span></p>"""

LATE = f"""
<button id=open onclick="openPopup()">Bel mij</button>
<script>
function openPopup() {{
  const dialog = document.createElement("dialog");
  dialog.innerHTML = '<p id=late>Bel {AMSTERDAM} of <a href="tel:0101234567">010-1234567</a></p>';
  document.body.append(dialog);
  dialog.showModal();
}}
</script>"""
MANY = f"""
<button id=add onclick="addMany()">Meer</button><div id=many></div>
<script>
function addMany() {{
  const rows = document.createDocumentFragment();
  for (let n = 0; n < {NODES}; n++) {{
    const row = document.createElement("div");
    row.textContent = n % 100 ? "Regel " + n + " van 2026" : "Bel {AMSTERDAM}";
    rows.append(row);
  }}
  document.getElementById("many").append(rows);
}}
</script>"""
SHADOW = f"""
<call-card></call-card>
<button id=add onclick="document.body.append(document.createElement('call-card'))">Nog een</button>
<script>
customElements.define("call-card", class extends HTMLElement {{
  connectedCallback() {{
    const root = this.attachShadow({{mode: "open"}});
    root.innerHTML = '<p>Bel <a href="tel:+31201234567">{AMSTERDAM}</a></p>';
    this.more = () => root.append({AMSTERDAM!r});
  }}
}});
</script>"""

CONSENT_EVENT = """
<script>
window.say = (given) =>
  document.dispatchEvent(new CustomEvent("calltrack:consent", {detail: given}));
</script>"""
CONSENT_TCF = """
<script>
const heard = [];
let state = {gdprApplies: true, eventStatus: "cmpuishown", purpose: {consents: {}}};
window.__tcfapi = (command, version, callback) => {
  if (command === "addEventListener") heard.push(callback);
  callback({...state, listenerId: heard.length, tcString: "", cmpStatus: "loaded"}, true);
};
window.say = (given) => {
  state = {gdprApplies: true, eventStatus: "useractioncomplete",
    purpose: {consents: {1: given, 7: given}}};
  for (const [n, callback] of heard.entries())
    callback({...state, listenerId: n + 1, tcString: "x", cmpStatus: "loaded"}, true);
};
</script>"""
CONSENT_MODE = """
<script>
window.dataLayer = [];
function gtag() { dataLayer.push(arguments); }
gtag("consent", "default", {analytics_storage: "denied", ad_storage: "denied"});
window.say = (given) =>
  gtag("consent", "update", {analytics_storage: given ? "granted" : "denied"});
</script>"""

NONCE = "c2VjcmV0bm9uY2U"
STRICT = (
    f"default-src 'none'; script-src 'nonce-{NONCE}' 'strict-dynamic'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def pages(source: str) -> dict[str, Page]:
    """Give the pages of a site that has the snippet at an address."""
    found = {
        "/": BOTH + "<p><a id=next href=/page>Verder</a></p>",
        "/page": BOTH,
        "/all": BOTH + KEPT + PLACEHOLDERS,
        "/late": BOTH + LATE,
        "/late-alone": LATE,
        "/many": BOTH + MANY,
        "/shadow": BOTH + SHADOW,
        "/form": BOTH,
        "/none": "<p>Hier staat geen nummer.",
    }
    made = {path: Page(page(source, body)) for path, body in found.items()}
    made["/first"] = Page(page(source, BOTH, kind=""))
    for name, stub in (("event", CONSENT_EVENT), ("tcf", CONSENT_TCF), ("mode", CONSENT_MODE)):
        made[f"/consent/{name}"] = Page(page(source, BOTH, head=stub))
    made["/strict"] = Page(_strict(source), headers={"Content-Security-Policy": STRICT})
    return made


def _strict(source: str) -> str:
    return page(source, BOTH, kind=f"nonce={NONCE} async").replace(STYLE, "")
