// A page that React renders: the number of the header stands in a text that changes with each count.
const { createElement: h, useState, useEffect } = require("react");
const { createRoot } = require("react-dom/client");

const NUMBER = "020 - 123 45 67";

function App() {
  const [count, setCount] = useState(0);
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const back = () => setPath(location.pathname);
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  });
  const go = (next) => {
    history.pushState({}, "", next);
    setPath(next);
  };
  const contact = path.endsWith("/contact");
  return h("main", null,
    h("p", { id: "head" }, `Bel ${NUMBER}, ${count} keer geteld`),
    h("a", { id: "link", href: "tel:+31201234567", title: `Bel ${NUMBER}`, className: `n${count}` }, NUMBER),
    h("ul", { key: count }, [1, 2, 3].map((n) => h("li", { key: n }, `Regel ${n}: ${NUMBER}`))),
    contact
      ? h("section", { id: "contact" }, h("b", null, "(010)"), " 123 45 67")
      : h("section", { id: "home" }, "Welkom"),
    h("button", { id: "count", onClick: () => setCount(count + 1) }, "Tel"),
    h("button", { id: "go", onClick: () => go(contact ? "/react" : "/react/contact") }, "Ga"));
}

createRoot(document.getElementById("app")).render(h(App));
