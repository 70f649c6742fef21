import { addition } from "./addition.js";

self.addEventListener("message", ({ data }) => self.postMessage(`${data.join(" + ")} = ${addition(data)}`));
