import "htmx.org";
import Alpine from "@alpinejs/csp";
import { addition } from "./addition.js";

Alpine.data("panel", () => ({
  open: false,
  words: "Picked in spring",
  toggle() {
    this.open = !this.open;
  },
}));
Alpine.start();

document.getElementById("draw").addEventListener("click", async () => {
  const { draw } = await import("./chart.js");
  draw(document.getElementById("chart"), [3, 1, 2]);
});

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.addEventListener("message", ({ data }) => {
  document.getElementById("sum").textContent = `${data} = ${addition([1, 2, 3])}`;
});
worker.postMessage([1, 2, 3]);
