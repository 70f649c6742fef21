import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Counter } from "@/Counter";
import type { Step } from "@/step";

const step: Step = { by: 2 };
const root = document.getElementById("root");
if (root === null) throw new Error("there is no root");

createRoot(root).render(
  <StrictMode>
    <h1>Basket</h1>
    <Counter step={step} label="tea" />
  </StrictMode>,
);
