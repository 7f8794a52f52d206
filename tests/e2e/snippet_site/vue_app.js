// A page that Vue renders: the number of the header stands in a text that changes with each count.
const { createApp, h, ref } = Vue;

const NUMBER = "020 - 123 45 67";

createApp({
  setup() {
    const count = ref(0);
    const path = ref(location.pathname);
    addEventListener("popstate", () => { path.value = location.pathname; });
    const go = (next) => {
      history.pushState({}, "", next);
      path.value = next;
    };
    return () => {
      const contact = path.value.endsWith("/contact");
      return h("main", [
        h("p", { id: "head" }, `Bel ${NUMBER}, ${count.value} keer geteld`),
        h("a", { id: "link", href: "tel:+31201234567", title: `Bel ${NUMBER}`, class: `n${count.value}` }, NUMBER),
        h("ul", { key: count.value }, [1, 2, 3].map((n) => h("li", { key: n }, `Regel ${n}: ${NUMBER}`))),
        contact
          ? h("section", { id: "contact" }, [h("b", "(010)"), " 123 45 67"])
          : h("section", { id: "home" }, "Welkom"),
        h("button", { id: "count", onClick: () => { count.value += 1; } }, "Tel"),
        h("button", { id: "go", onClick: () => go(contact ? "/vue" : "/vue/contact") }, "Ga"),
      ]);
    };
  },
}).mount("#app");
