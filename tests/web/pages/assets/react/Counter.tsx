import { useMemo, useState } from "react";
import { isFull, Limit, type Step } from "./step";

interface Properties {
  step: Step;
  label: string;
}

// é漢😀: what stands before a position counts in UTF-16 units.
export function Counter({ step, label }: Properties) {
  const [count, setCount] = useState<number>(Limit.Low);
  const full = useMemo(() => isFull(count), [count]);

  function add(): void {
    const sum: number = count + step.by; /* é漢😀 */ setCount(Math.min(sum, Limit.High));
  }

  return (
    <>
      <button id="add" onClick={add} disabled={full}>
        Add {label}
      </button>
      <output id="count">{full ? "full" : `${count} of ${label}`}</output>
    </>
  );
}
